//! The program, as its page runs it.

use std::process::Command;

#[test]
fn it_tells_what_it_proved() {
    let output = Command::new(env!("CARGO_BIN_EXE_amm-swap")).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("proved and verified"), "{text}");
}
