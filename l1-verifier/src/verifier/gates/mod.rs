//! The constraints of the gates at the point of the openings.
//!
//! Each family of gates has a file, which writes the values of plonky2's `eval_unfiltered` as extension elements that
//! are, as a rule, not reduced.

mod algebra;
mod arithmetic;
mod base_sum;
mod coset_interpolation;
mod exponentiation;
mod filter;
mod linear;
mod poseidon;
mod poseidon_partial;
mod random_access;
mod reducing;
#[cfg(test)]
mod tests;

use plonky2::gates::arithmetic_base::ArithmeticGate;
use plonky2::gates::arithmetic_extension::ArithmeticExtensionGate;
use plonky2::gates::base_sum::BaseSumGate;
use plonky2::gates::constant::ConstantGate;
use plonky2::gates::coset_interpolation::CosetInterpolationGate;
use plonky2::gates::exponentiation::ExponentiationGate;
use plonky2::gates::gate::GateRef;
use plonky2::gates::multiplication_extension::MulExtensionGate;
use plonky2::gates::noop::NoopGate;
use plonky2::gates::poseidon::PoseidonGate;
use plonky2::gates::poseidon_mds::PoseidonMdsGate;
use plonky2::gates::public_input::PublicInputGate;
use plonky2::gates::random_access::RandomAccessGate;
use plonky2::gates::reducing::ReducingGate;
use plonky2::gates::reducing_extension::ReducingExtensionGate;
use plonky2::plonk::circuit_data::CommonCircuitData;
use starfold_primitives::Goldilocks;

use self::algebra::Algebra;
use super::OpeningVariables;
use super::weights::{Powers, Weight, shortened};
use crate::goldilocks::{Element, Extension};
use crate::r1cs::{ConstraintSystem, Fault};

/// What the constraints of a gate read.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// The gate's constants, without selectors.
    pub(super) constants: &'a [Extension],
    /// The wires.
    pub(super) wires: &'a [Extension],
    /// The hash of the public inputs.
    pub(super) public_inputs: &'a [Element; 4],
}

impl Row<'_> {
    /// The wire and its successor.
    fn pair(&self, wire: usize) -> Algebra {
        Algebra([self.wires[wire].clone(), self.wires[wire + 1].clone()])
    }
}

/// The values of a gate's constraints: those of constraint k are `sums[k] + factor * multiples[k]`.
#[derive(Debug)]
pub(super) struct GateConstraints {
    /// The constraints, but for the multiples.
    sums: Vec<Extension>,
    /// A factor and what it multiplies in each constraint: taken out, it costs one product for all of them.
    multiples: Option<(Extension, Vec<Extension>)>,
}

impl From<Vec<Extension>> for GateConstraints {
    fn from(sums: Vec<Extension>) -> Self {
        Self { sums, multiples: None }
    }
}

impl GateConstraints {
    /// The sum of the constraints, each multiplied with the power whose exponent is its place.
    fn combine(&self, system: &mut ConstraintSystem, powers: &Powers) -> Result<Extension, Fault> {
        let mut sum = powers.combine(system, &self.sums)?;
        if let Some((factor, multiples)) = &self.multiples {
            let multiple = powers.combine(system, multiples)?.reduced(system)?;
            sum = sum.add(&multiple.multiply(system, factor)?);
        }
        shortened(system, sum)
    }
}

/// The values of a gate's constraints, under a section of the gate's name.
///
/// # Errors
/// [`Fault::UnknownGate`] where plonky2 has the gate and this verifier does not, [`Fault::Length`] where the row is too
/// short for it, or it has more constraints or fewer than were written.
pub(super) fn constraints(
    system: &mut ConstraintSystem,
    gate: &GateRef<Goldilocks, 2>,
    row: &Row<'_>,
) -> Result<GateConstraints, Fault> {
    let constraints = written_constraints(system, gate, row)?;
    let (expected, actual) = (gate.0.num_constraints(), constraints.sums.len());
    if actual != expected {
        return Err(Fault::Length { what: "the list of a gate's constraints", expected, actual });
    }
    Ok(constraints)
}

/// As [`constraints`], however many there are.
fn written_constraints(
    system: &mut ConstraintSystem,
    gate: &GateRef<Goldilocks, 2>,
    row: &Row<'_>,
) -> Result<GateConstraints, Fault> {
    let lengths = [
        ("a row of wires", gate.0.num_wires(), row.wires.len()),
        ("a row of constants", gate.0.num_constants(), row.constants.len()),
    ];
    for (what, expected, actual) in lengths {
        if actual < expected {
            return Err(Fault::Length { what, expected, actual });
        }
    }
    let any = gate.0.as_any();
    if any.is::<NoopGate>() {
        Ok(Vec::new().into())
    } else if any.is::<ConstantGate>() {
        system.enter_section("Constant gate");
        Ok(linear::constant(gate.0.num_constants(), row))
    } else if any.is::<PublicInputGate>() {
        system.enter_section("PublicInput gate");
        Ok(linear::public_input(row))
    } else if any.is::<PoseidonMdsGate<Goldilocks, 2>>() {
        system.enter_section("PoseidonMds gate");
        Ok(linear::poseidon_mds(row))
    } else if any.is::<PoseidonGate<Goldilocks, 2>>() {
        system.enter_section("Poseidon gate");
        poseidon::constraints(system, row)
    } else if let Some(gate) = any.downcast_ref::<BaseSumGate<2>>() {
        system.enter_section("BaseSum gate");
        base_sum::constraints(system, gate.num_limbs, row)
    } else if let Some(gate) = any.downcast_ref::<ArithmeticGate>() {
        system.enter_section("Arithmetic gate");
        arithmetic::base(system, gate.num_ops, row)
    } else if let Some(gate) = any.downcast_ref::<ArithmeticExtensionGate<2>>() {
        system.enter_section("ArithmeticExtension gate");
        arithmetic::extension(system, gate.num_ops, row)
    } else if let Some(gate) = any.downcast_ref::<MulExtensionGate<2>>() {
        system.enter_section("MulExtension gate");
        arithmetic::multiplication(system, gate.num_ops, row)
    } else if let Some(gate) = any.downcast_ref::<ReducingGate<2>>() {
        system.enter_section("Reducing gate");
        reducing::base(system, gate.num_coeffs, row)
    } else if let Some(gate) = any.downcast_ref::<ReducingExtensionGate<2>>() {
        system.enter_section("ReducingExtension gate");
        reducing::extension(system, gate.num_coeffs, row)
    } else if let Some(gate) = any.downcast_ref::<ExponentiationGate<Goldilocks, 2>>() {
        system.enter_section("Exponentiation gate");
        exponentiation::constraints(system, gate.num_power_bits, row)
    } else if let Some(gate) = any.downcast_ref::<RandomAccessGate<Goldilocks, 2>>() {
        system.enter_section("RandomAccess gate");
        random_access::constraints(system, gate, row)
    } else if let Some(gate) = any.downcast_ref::<CosetInterpolationGate<Goldilocks, 2>>() {
        system.enter_section("CosetInterpolation gate");
        coset_interpolation::constraints(system, gate, row)
    } else {
        Err(Fault::UnknownGate { id: gate.0.id() })
    }
}

/// The sum over gates and constraints of `filter * alpha^k * constraint k`, reduced, for each of the alphas whose powers
/// are given.
pub(super) fn filtered_sums(
    system: &mut ConstraintSystem,
    common: &CommonCircuitData<Goldilocks, 2>,
    openings: &OpeningVariables,
    public_inputs: &[Element; 4],
    powers: &[Powers; 2],
) -> Result<[Extension; 2], Fault> {
    let selectors = common.selectors_info.num_selectors() + common.num_lookup_selectors;
    let constants = openings.constants.get(selectors..).unwrap_or_default();
    let row = Row { constants, wires: &openings.wires, public_inputs };
    let mut filters = Vec::new();
    let mut combined: [Vec<Extension>; 2] = Default::default();
    let mut selector_powers = filter::SelectorPowers::new(common, openings)?;
    for (place, gate) in common.gates.iter().enumerate() {
        let values = constraints(system, gate, &row)?;
        if values.sums.is_empty() {
            continue;
        }
        for (sums, powers) in combined.iter_mut().zip(powers) {
            sums.push(values.combine(system, powers)?);
        }
        system.enter_section("filters");
        filters.push(selector_powers.filter(system, place)?);
    }
    system.enter_section("filters");
    let [first, second] = combined.map(|values| {
        let sum = Weight::sum(system, filters.iter().zip(&values))?;
        sum.reduced(system)
    });
    Ok([first?, second?])
}
