use super::*;

#[test]
fn placeholder() {
    assert!(Report::default().to_html().is_ok());
}
