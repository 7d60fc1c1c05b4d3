//! The system into which a constraint program writes.

use ark_ff::{One as _, Zero as _};

use super::{Fault, Fr, LinearCombination, Matrices};

/// A named part of the program and the number of its constraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name.
    pub name: &'static str,
    /// Its constraints.
    pub constraints: usize,
}

/// A constraint system and its assignment, as far as the program has come.
#[derive(Debug)]
pub struct ConstraintSystem {
    /// One, the public inputs, the witnesses.
    assignment: Vec<Fr>,
    public_inputs: usize,
    /// Kept where the system is recorded; then no constraint is checked.
    matrices: Option<Matrices>,
    constraints: usize,
    sections: Vec<Section>,
}

/// A recorded system.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The matrices.
    pub matrices: Matrices,
    /// The number of public inputs, without the constant one.
    pub public_inputs: usize,
    /// The number of witnesses.
    pub witnesses: usize,
    /// The constraints by section, in the order of their first appearance.
    pub sections: Vec<Section>,
}

impl ConstraintSystem {
    fn new(public_inputs: &[Fr], matrices: Option<Matrices>) -> (Self, Vec<LinearCombination>) {
        let sections = vec![Section { name: "start", constraints: 0 }];
        let assignment = vec![Fr::one()];
        let mut system = Self {
            assignment,
            public_inputs: public_inputs.len(),
            matrices,
            constraints: 0,
            sections,
        };
        let inputs = public_inputs.iter().map(|&value| system.allocate(value)).collect();
        (system, inputs)
    }

    /// A system whose matrices are recorded, and its public inputs. Their values mean nothing.
    #[must_use]
    pub fn record(public_inputs: usize) -> (Self, Vec<LinearCombination>) {
        Self::new(&vec![Fr::zero(); public_inputs], Some(Matrices::default()))
    }

    /// A system in which every constraint is checked at once, and its public inputs.
    #[must_use]
    pub fn check(public_inputs: &[Fr]) -> (Self, Vec<LinearCombination>) {
        Self::new(public_inputs, None)
    }

    /// A new witness.
    pub fn allocate(&mut self, value: Fr) -> LinearCombination {
        let variable = u32::try_from(self.assignment.len()).expect("fewer than 2^32 variables");
        self.assignment.push(value);
        let terms = if self.matrices.is_some() { vec![(variable, Fr::one())] } else { Vec::new() };
        LinearCombination { value, constant: Fr::zero(), terms, is_constant: false }
    }

    /// The constraint `a * b = c`.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] where the system is checked and the constraint does not hold.
    pub fn enforce(
        &mut self,
        a: &LinearCombination,
        b: &LinearCombination,
        c: &LinearCombination,
    ) -> Result<(), Fault> {
        let constraint = self.constraints;
        self.constraints += 1;
        let section = self.sections.last_mut().expect("a system begins with a section");
        section.constraints += 1;
        match &mut self.matrices {
            Some(matrices) => matrices.push([a, b, c]),
            None if a.value * b.value != c.value => {
                return Err(Fault::Unsatisfied { constraint, section: section.name });
            }
            None => {}
        }
        Ok(())
    }

    /// The constraint `a = b`.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] as for [`Self::enforce`].
    pub fn enforce_equal(
        &mut self,
        a: &LinearCombination,
        b: &LinearCombination,
    ) -> Result<(), Fault> {
        self.enforce(&(a - b), &LinearCombination::one(), &LinearCombination::zero())
    }

    /// The product, which costs a constraint unless a factor is constant.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] never, as the product is right by construction.
    pub fn multiply(
        &mut self,
        a: &LinearCombination,
        b: &LinearCombination,
    ) -> Result<LinearCombination, Fault> {
        if a.is_constant {
            return Ok(b.scaled(a.value));
        }
        if b.is_constant {
            return Ok(a.scaled(b.value));
        }
        let product = self.allocate(a.value * b.value);
        self.enforce(a, b, &product)?;
        Ok(product)
    }

    /// A new variable equal to the combination, which keeps later rows short. Costs a constraint.
    ///
    /// # Errors
    /// [`Fault::Unsatisfied`] never, as the variable is equal by construction.
    pub fn materialize(
        &mut self,
        combination: &LinearCombination,
    ) -> Result<LinearCombination, Fault> {
        if combination.is_constant {
            return Ok(combination.clone());
        }
        let variable = self.allocate(combination.value);
        self.enforce_equal(combination, &variable)?;
        Ok(variable)
    }

    /// Counts the constraints that follow under this name.
    pub fn enter_section(&mut self, name: &'static str) {
        self.sections.push(Section { name, constraints: 0 });
    }

    /// The name of the current section.
    #[must_use]
    pub fn section(&self) -> &'static str {
        self.sections.last().map_or("start", |section| section.name)
    }

    /// Constraints so far.
    #[must_use]
    pub fn constraints(&self) -> usize {
        self.constraints
    }

    /// The constraints by section, in the order of their first appearance.
    #[must_use]
    pub fn sections(&self) -> Vec<Section> {
        let mut merged: Vec<Section> = Vec::new();
        for section in self.sections.iter().filter(|section| section.constraints > 0) {
            match merged.iter_mut().find(|known| known.name == section.name) {
                Some(known) => known.constraints += section.constraints,
                None => merged.push(*section),
            }
        }
        merged
    }

    /// The recorded system, or nothing where it was checked instead.
    #[must_use]
    pub fn into_recorded(self) -> Option<Recorded> {
        let sections = self.sections();
        let witnesses = self.assignment.len() - 1 - self.public_inputs;
        let public_inputs = self.public_inputs;
        self.matrices.map(|matrices| Recorded { matrices, public_inputs, witnesses, sections })
    }

    /// The assignment: one, the public inputs, the witnesses.
    #[must_use]
    pub fn into_assignment(self) -> Vec<Fr> {
        self.assignment
    }
}

impl Recorded {
    /// The number of the first constraint that the assignment breaks.
    #[must_use]
    pub fn first_broken(&self, assignment: &[Fr]) -> Option<usize> {
        let matrices = &self.matrices;
        (0..matrices.constraints()).find(|&row| {
            let [a, b, c] = [&matrices.a, &matrices.b, &matrices.c].map(|matrix| {
                let row = matrices.row(matrix, row);
                row.map(|(column, coefficient)| assignment[column] * coefficient).sum::<Fr>()
            });
            a * b != c
        })
    }

    /// Variables: the constant one, the public inputs and the witnesses.
    #[must_use]
    pub fn variables(&self) -> usize {
        1 + self.public_inputs + self.witnesses
    }
}
