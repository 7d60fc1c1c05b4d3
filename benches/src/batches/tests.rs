use super::*;

const COSTS: Costs = Costs::REFERENCE;

fn row(transfers: usize, cpu_seconds: f64) -> BatchRow {
    BatchRow {
        transfers,
        segments: 2,
        segment: 64,
        fold_levels: 1,
        cpu_seconds,
        wall_seconds: cpu_seconds / 1.7,
        peak_rss_bytes: 1 << 30,
    }
}

#[test]
fn rows_are_kept_for_this_program_and_told_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let rows = [row(512, 30.0), row(64, 8.0)];
    for row in &rows {
        assert_eq!(measured(folder.path(), row.transfers, &COSTS), None);
        row.keep(folder.path(), &COSTS).unwrap();
        assert_eq!(measured(folder.path(), row.transfers, &COSTS).as_ref(), Some(row));
    }
    let told = report(folder.path(), &[512, 64, 64, 128], &COSTS);
    assert_eq!(told.rows, [rows[1].clone(), rows[0].clone()]);
    // a row under another name is none
    let of_another = place(folder.path(), 100, &COSTS);
    std::fs::copy(place(folder.path(), 64, &COSTS), &of_another).unwrap();
    assert_eq!(measured(folder.path(), 100, &COSTS), None);
}

#[test]
fn files_of_a_cache_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    assert_eq!(files(&cache), 0);
    std::fs::create_dir(&cache).unwrap();
    std::fs::write(cache.join("circuit"), "").unwrap();
    assert_eq!(files(&cache), 1);
}

#[test]
fn a_batch_has_room_for_some_transfers() {
    let limit = MAX_WORDS - 1;
    assert!(check(1).is_ok() && check(limit).is_ok());
    for actual in [0, limit + 1] {
        let error = check(actual).unwrap_err();
        assert_eq!(error.to_string(), format!("a batch has 1 to {limit} transfers, not {actual}"));
    }
}

#[test]
fn every_row_is_in_the_table_and_on_the_plot() {
    let folder = tempfile::tempdir().unwrap();
    for count in [0, 1, 3] {
        let rows: Vec<BatchRow> =
            [row(64, 8.0), row(256, 13.0), row(1024, 34.0)].into_iter().take(count).collect();
        let report = BatchesReport { rows: rows.clone(), ..report(folder.path(), &[], &COSTS) };
        let files = write(&report, folder.path()).unwrap();
        assert_eq!(files.len(), if count == 0 { 2 } else { 3 });
        let read = |at: usize| std::fs::read_to_string(&files[at]).unwrap();
        assert_eq!(read(0).lines().count(), if count == 0 { 0 } else { count + 1 });
        assert_eq!(serde_json::from_str::<BatchesReport>(&read(1)).unwrap(), report);
        if count == 0 {
            continue;
        }
        let plot = read(2);
        let document = roxmltree::Document::parse(&plot).unwrap();
        let texts: Vec<&str> =
            document.descendants().filter_map(|node| node.text()).map(str::trim).collect();
        for row in &rows {
            let each = crate::words::figure(row.cpu_seconds_per_transfer());
            assert!(texts.contains(&each.as_str()), "{each} {texts:?}");
        }
    }
}
