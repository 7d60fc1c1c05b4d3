use proptest::prelude::*;
use starfold_circuits::parameters::SegmentRate;
use starfold_circuits::recursion::Catalogue;
use starfold_circuits::transaction::Transactions;
use starfold_transition::batch::MAX_WORDS;

use super::*;

fn run(transactions: usize) -> PlannedRun {
    let catalogue = Catalogue::new().with::<Transactions>();
    let kinds = catalogue.entries().iter().filter_map(LeafKind::of).collect();
    PlannedRun { transactions, kinds }
}

fn plan(transactions: usize, options: PlanOptions) -> Result<Plan, PlanError> {
    Plan::new(&[run(transactions)], ParameterSet::Standard, &options)
}

fn options() -> impl Strategy<Value = PlanOptions> {
    let segment = prop::option::of((0usize..10).prop_map(|log| 1 << log));
    let fan_in = prop::option::weighted(0.3, 1usize..9);
    let threads = prop::option::of(1usize..65);
    let memory = prop::option::of((1u64 << 29)..(1 << 36));
    (segment, fan_in, threads, memory, any::<bool>()).prop_map(
        |(segment, fan_in, threads, max_memory_bytes, profile)| PlanOptions {
            segment,
            fan_in,
            threads,
            max_memory_bytes,
            profile,
            costs: Costs::REFERENCE,
        },
    )
}

proptest! {
    #[test]
    fn every_plan_covers_the_batch_in_order_with_members_of_the_catalogue(
        transactions in 1..=MAX_WORDS,
        parameters in prop::sample::select(ParameterSet::ALL.as_slice()),
        options in options(),
    ) {
        let run = run(transactions);
        let plan = match Plan::new(std::slice::from_ref(&run), parameters, &options) {
            Ok(plan) => plan,
            Err(PlanError::FanIn { asked, available, .. }) => {
                prop_assert!(options.fan_in == Some(asked) && !available.contains(&asked));
                return Ok(());
            }
            Err(PlanError::Memory { needed, limit }) => {
                prop_assert!(options.max_memory_bytes == Some(limit) && needed > limit);
                return Ok(());
            }
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        };
        let mut next = 0;
        for PlannedLeaf { spec, segments } in &plan.leaves {
            let kind = run.kinds.iter().find(|kind| kind.spec == *spec).unwrap();
            prop_assert_eq!(segments.len(), spec.fan_in);
            prop_assert!(options.fan_in.is_none_or(|fan_in| fan_in == spec.fan_in));
            for PlannedSegment { transactions, blocks } in segments {
                prop_assert_eq!(transactions.start, next);
                prop_assert_eq!(*blocks, kind.blocks);
                prop_assert!(transactions.len() <= *blocks);
                prop_assert!(options.segment.is_none_or(|wanted| wanted == *blocks));
                next = transactions.end;
            }
        }
        prop_assert_eq!(next, transactions);
        // no leaf is of Noops alone
        let last = plan.leaves.last().unwrap();
        prop_assert!(!last.segments[0].transactions.is_empty());
        let limit = options.max_memory_bytes.unwrap_or(DEFAULT_MEMORY_BYTES);
        prop_assert!(plan.estimate.memory_bytes <= limit);
        prop_assert!(plan.concurrency >= 1);
        prop_assert!(!options.profile || plan.concurrency == 1);
        prop_assert!(options.threads.is_none_or(|threads| plan.concurrency <= threads));
        prop_assert_eq!(plan.tree.leaves(), plan.leaves.len());
    }

    #[test]
    fn the_fold_tree_is_complete_and_as_low_as_it_can_be(
        wanted in 1usize..5000,
        arity in prop::sample::select(FoldArity::ALL.as_slice()),
    ) {
        let tree = FoldTree::new(wanted, arity);
        let (leaves, children) = (tree.leaves(), arity.children());
        prop_assert_eq!(FoldTree::complete(wanted, arity), leaves);
        prop_assert!((wanted..wanted + children - 1).contains(&leaves));
        prop_assert_eq!(tree.folds() * (children - 1) + 1, leaves);
        prop_assert_eq!(tree.nodes().len(), leaves + tree.folds());
        let most_below = |level: usize| children.pow(u32::try_from(level).unwrap());
        prop_assert!(leaves <= most_below(tree.levels()));
        prop_assert!(tree.levels() == 0 || leaves > most_below(tree.levels() - 1));
        prop_assert_eq!(&tree.nodes()[tree.root()].leaves, &(0..leaves));
        let mut parents = vec![0; tree.nodes().len()];
        for (number, TreeNode { leaves, children: below, level }) in tree.nodes().iter().enumerate() {
            if below.is_empty() {
                prop_assert_eq!((leaves, *level), (&(number..number + 1), 0));
                continue;
            }
            prop_assert_eq!(below.len(), children);
            prop_assert!(below.iter().all(|&child| child < number));
            let mut end = leaves.start;
            for &child in below {
                prop_assert_eq!(tree.nodes()[child].leaves.start, end);
                end = tree.nodes()[child].leaves.end;
                parents[child] += 1;
            }
            prop_assert_eq!(end, leaves.end);
            let highest = below.iter().map(|&child| tree.nodes()[child].level).max();
            prop_assert_eq!(highest.map(|highest| highest + 1), Some(*level));
        }
        let root = parents.pop();
        prop_assert_eq!(root, Some(0));
        prop_assert!(parents.into_iter().all(|count| count == 1));
    }

    #[test]
    fn threads_change_only_how_much_is_done_at_a_time(
        transactions in 1..600usize,
        threads in 1..64usize,
    ) {
        let one = plan(transactions, PlanOptions { threads: Some(1), ..Default::default() })?;
        let many = plan(transactions, PlanOptions { threads: Some(threads), ..Default::default() })?;
        prop_assert_eq!(one.leaves, many.leaves);
        prop_assert_eq!(one.tree, many.tree);
    }
}

#[test]
fn one_transaction_more_than_a_power_of_two_does_not_double_the_blocks() {
    let blocks = |transactions| plan(transactions, PlanOptions::default()).unwrap().blocks();
    assert!(blocks(513) <= 514, "{}", blocks(513));
    assert!(blocks(1025) <= 1040, "{}", blocks(1025));
}

#[test]
fn costs_stay_below_the_targets() {
    let per_transfer = |transfers: usize, options: PlanOptions| {
        // CollectFee is one more
        let Estimate { cpu_seconds, memory_bytes } = plan(transfers + 1, options).unwrap().estimate;
        assert!(memory_bytes <= 3 << 30);
        cpu_seconds / transfers as f64
    };
    let default = PlanOptions::default();
    assert!(per_transfer(64, default) < 0.30);
    assert!(per_transfer(256, default) < 0.15);
    assert!(per_transfer(1024, default) < 0.10);
    assert!(per_transfer(64, PlanOptions { segment: Some(1), ..default }) < 2.2);
    let frugal = PlanOptions { max_memory_bytes: Some(1 << 30), ..default };
    assert!(per_transfer(1024, frugal) < 0.15);
}

#[test]
fn more_transfers_never_cost_more_each() {
    let each = |transfers: usize| {
        let plan = plan(transfers + 1, PlanOptions::default()).unwrap();
        plan.estimate.cpu_seconds / transfers as f64
    };
    let doubled: Vec<f64> = (6..=12).map(|log| each(1 << log)).collect();
    assert!(doubled.is_sorted_by(|less, more| less >= more), "{doubled:?}");
}

#[test]
fn a_fixed_segment_size_holds_for_every_segment() {
    let plan = plan(66, PlanOptions { segment: Some(4), ..Default::default() }).unwrap();
    assert!(plan.leaves.iter().flat_map(|leaf| &leaf.segments).all(|s| s.blocks == 4));
    assert_eq!(plan.transactions_below(&plan.tree.nodes()[plan.tree.root()]), 0..66);
    assert_eq!(plan.blocks() % 4, 0);
}

#[test]
fn each_impossible_wish_has_its_error() {
    let with = |options| plan(5, options);
    let default = PlanOptions::default();
    assert_eq!(plan(0, default), Err(PlanError::Empty));
    assert_eq!(Plan::new(&[], ParameterSet::Standard, &default), Err(PlanError::Empty));
    assert_eq!(with(PlanOptions { threads: Some(0), ..default }), Err(PlanError::NoThreads));
    let segment = with(PlanOptions { segment: Some(3), ..default });
    assert!(
        matches!(&segment, Err(PlanError::Segment { asked: 3, available, .. })
            if available.contains(&1) && available.is_sorted()),
        "{segment:?}"
    );
    let fan_in = with(PlanOptions { segment: Some(1), fan_in: Some(77), ..default });
    assert!(matches!(fan_in, Err(PlanError::FanIn { asked: 77, .. })), "{fan_in:?}");
    let memory = with(PlanOptions { max_memory_bytes: Some(1 << 20), ..default });
    assert!(matches!(memory, Err(PlanError::Memory { limit: 0x10_0000, .. })), "{memory:?}");
    let nothing = PlannedRun { transactions: 5, kinds: vec![] };
    let nothing = Plan::new(&[nothing], ParameterSet::Standard, &default);
    assert!(matches!(nothing, Err(PlanError::Segment { .. })), "{nothing:?}");
}

#[test]
fn less_memory_gives_smaller_segments() {
    let largest = |limit| {
        let options =
            PlanOptions { max_memory_bytes: Some(limit), threads: Some(1), ..Default::default() };
        let plan = plan(512, options).unwrap();
        plan.leaves.iter().map(|leaf| leaf.segments[0].blocks).max()
    };
    assert!(largest(1 << 30) < largest(3 << 30));
}

/// Covers by trying every multiset of kinds.
fn least_cost(transactions: usize, kinds: &[Kind], model: &CostModel) -> u64 {
    fn search(left: usize, kinds: &[Kind], fold: u64, built: &mut Vec<LeafSpec>) -> u64 {
        if left == 0 {
            return 0;
        }
        let cost = |kind: &Kind, built: &mut Vec<LeafSpec>| {
            let is_new = !built.contains(&kind.circuit.spec);
            if is_new {
                built.push(kind.circuit.spec);
            }
            let rest = search(left.saturating_sub(kind.capacity()), kinds, fold, built);
            if is_new {
                built.pop();
            }
            let build = if is_new { kind.cost.build } else { 0 };
            rest + kind.cost.segments + kind.cost.leaf + build + fold
        };
        kinds.iter().map(|kind| cost(kind, built)).min().unwrap()
    }
    search(transactions, kinds, model.fold(), &mut vec![])
}

#[test]
fn the_cover_is_the_cheapest() {
    let model = CostModel::new(ParameterSet::Standard, FoldArity::Two, Costs::REFERENCE);
    let kinds: Vec<Kind> = [(8, 4, 2), (11, 2, 1), (12, 2, 1)]
        .into_iter()
        .map(|(degree_bits, rate, fan_in)| {
            let rate = SegmentRate::new(rate).unwrap();
            let spec = LeafSpec { air: "transaction", degree_bits, rate, fan_in };
            let blocks = 1 << (degree_bits - 8);
            Kind::new(LeafKind { spec, blocks, columns: 462 }, &model)
        })
        .collect();
    for transactions in 1..=26 {
        let leaves = cover(transactions, &kinds, &model, |_| true);
        let mut total = 0;
        for (i, leaf) in leaves.iter().enumerate() {
            let is_first = leaves[..i].iter().all(|other| other.circuit.spec != leaf.circuit.spec);
            total += leaf.cost.segments + leaf.cost.leaf + model.fold();
            total += if is_first { leaf.cost.build } else { 0 };
        }
        assert_eq!(total, least_cost(transactions, &kinds, &model), "{transactions}");
    }
}

#[test]
fn runs_are_covered_one_after_the_other() {
    let wide = run(5);
    let kind = |degree_bits| {
        let rate = SegmentRate::new(2).unwrap();
        let spec = LeafSpec { air: "other", degree_bits, rate, fan_in: 1 };
        LeafKind { spec, blocks: 1 << degree_bits, columns: 3 }
    };
    let other = PlannedRun { transactions: 700, kinds: vec![kind(8), kind(13)] };
    let plan =
        Plan::new(&[wide.clone(), other, wide], ParameterSet::Standard, &PlanOptions::default())
            .unwrap();
    let airs: Vec<_> = plan.leaves.iter().map(|leaf| leaf.spec.air).collect();
    let (first, rest) = airs.split_at(airs.iter().position(|air| *air == "other").unwrap());
    let (second, third) = rest.split_at(rest.iter().position(|air| *air != "other").unwrap());
    assert!(!first.is_empty() && first == third && second.iter().all(|air| *air == "other"));
    let ends = |air| {
        let of_air = plan.leaves.iter().filter(move |leaf| leaf.spec.air == air);
        let ranges = of_air.flat_map(|leaf| &leaf.segments).map(|s| s.transactions.clone());
        ranges.filter(|range| !range.is_empty()).collect::<Vec<_>>()
    };
    let other = ends("other");
    assert_eq!((other[0].start, other.last().unwrap().end), (5, 705));
    assert_eq!((ends("transaction")[0].start, ends("transaction").last().unwrap().end), (0, 710));
    assert_eq!(plan.transactions, 710);
}

#[test]
fn plans_follow_the_costs_and_no_figure_breaks_them() {
    let segment = |costs| {
        let plan = plan(300, PlanOptions { costs, ..Default::default() }).unwrap();
        plan.leaves.iter().map(|leaf| leaf.segments[0].blocks).max().unwrap()
    };
    let reference = Costs::REFERENCE;
    // where circuits cost nothing, small segments leave no block empty
    let cheap_circuits = Costs { circuit: 1, build: 1, segment: 1, ..reference };
    assert!(segment(cheap_circuits) < segment(reference));
    for figure in [0, u64::MAX] {
        let costs = Costs { segment: figure, blocks: [figure; 4], circuit: figure, build: figure };
        assert!(segment(costs) > 0);
    }
}

#[test]
fn a_leaf_in_a_larger_shape_needs_no_adapter_and_costs_the_larger_circuit() {
    let kind = run(1).kinds.into_iter().find(|kind| kind.spec.rate.bits() == 1).unwrap();
    let model = |arity| CostModel::new(ParameterSet::Standard, arity, Costs::REFERENCE);
    let [two, three] = [FoldArity::Two, FoldArity::Three].map(model);
    assert!(!two.fits_the_shape(&kind.spec) && three.fits_the_shape(&kind.spec));
    let LeafCost { segments, leaf, .. } = two.leaf(&kind);
    let small: Microseconds = two.fold();
    // 2^14 rows and the adapter's 2^13
    assert_eq!(leaf, 3 * small);
    assert_eq!(three.fold(), 2 * small);
    let larger = three.leaf(&kind);
    assert_eq!((larger.segments, larger.leaf), (segments, 2 * small));
}
