use assert_cmd::Command;
use serde_json::Value;

use crate::fixture::Fixture;

#[test]
fn soundness_names_every_layer_of_every_parameter_set() {
    let report = Fixture::new().json("soundness", &["soundness", "--json"]);
    for table in report["parameter_sets"].as_array().unwrap() {
        let layers = table["layers"].as_array().unwrap();
        for name in ["segment, rate 1", "leaf", "fold", "batch"] {
            assert!(layers.iter().any(|layer| layer["layer"] == name), "{name}");
        }
    }
    assert!(Fixture::new().succeeds(&["soundness"]).contains("conservative"));
}

#[test]
fn pinned_circuits_are_listed_without_building_any() {
    let report = Fixture::new().json("circuits", &["circuits", "--pinned", "--json"]);
    assert_eq!(report["transaction"]["rows"], 256);
    assert_eq!(report["circuits"][0]["name"], "batch");
    assert!(report["circuits"][0]["gates"].is_null());
}

#[test]
fn expectations_and_a_data_directory_exclude_each_other() {
    let fixture = Fixture::with_rollup();
    fixture.write("p", "x");
    fixture.fails(2, &["verify", "p", "--data-dir", "rollup", "--batch", "1"]);
    fixture.fails(2, &["verify"]);
    let output = fixture.run(&["verify", "p", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let value = serde_json::from_slice(&output.stdout).unwrap();
    crate::schemas::check("verify", &value);
}

#[test]
fn help_and_version_are_no_failures() {
    let fixture = Fixture::new();
    assert!(fixture.succeeds(&["--help"]).contains("batch-prove"));
    fixture.succeeds(&["--version"]);
    let init = fixture.succeeds(&["init", "--help"]);
    assert!(init.contains("Without options it is a development rollup"), "{init}");
    fixture.fails(2, &[]);
    fixture.fails(2, &["dance"]);
}

#[test]
fn a_calibration_is_kept_and_a_damaged_one_is_told() {
    let fixture = Fixture::with_rollup();
    let cache = fixture.path("cache");
    let run = |arguments: &[&str]| {
        let mut command = Command::cargo_bin("starfold").unwrap();
        let folder = fixture.path("");
        command.current_dir(folder).env("STARFOLD_CACHE_DIR", &cache).args(arguments).output()
    };
    let output = run(&["calibrate", "--json"]).unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    crate::schemas::check("calibrate", &report);
    assert!(report["costs"]["circuit"].as_u64() > Some(0));
    let file = cache.join("calibration.json");
    assert_eq!(report["file"].as_str(), file.to_str());
    let kept: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(kept["costs"], report["costs"]);

    fixture.write("none.json", "[]");
    let prove =
        ["batch-prove", "--data-dir", "rollup", "--transactions", "none.json", "--out", "p"];
    let told = |output: std::process::Output| {
        String::from_utf8_lossy(&output.stderr).contains("`starfold calibrate` measures anew")
    };
    assert!(!told(run(&prove).unwrap()));
    std::fs::write(&file, "{}").unwrap();
    assert!(told(run(&prove).unwrap()));
}
