use hls_core::backend::Target;

use super::*;
use crate::prelude::*;
use crate::profile::{profile, trace};
use crate::scan::{Bits, scan};
use crate::search::Objectives;

#[hls_model(input = [Fixed<10, 3>; 4])]
struct Skipping {
    fc1: Dense<4, 8, Fixed<6, 1>>,
    relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
    fc2: Dense<8, 8, Fixed<6, 1>>,
    #[hls(input(relu1, fc2))]
    add: Add<Fixed<9, 4, Rnd, Sat>>,
    fc3: Dense<8, 3, Fixed<6, 1>>,
}

/// Everything that a report can hold, of a model that nobody trained.
fn full() -> Report {
    let mut generator = crate::random::Generator::new(&[5]);
    let inputs: Vec<f32> = (0..4 * 300).map(|_| generator.unit() * 6.0 - 3.0).collect();
    let classes: Vec<usize> = (0..300).map(|index| index % 3).collect();
    let samples = Samples::new(4, inputs, classes).unwrap();
    let model = Skipping::seeded(3, &Device::default());
    let (float, graph) = (model.clone().into_float(), model.graph().unwrap());
    let mut report = Report::new(&graph);
    let execution = |name, model: &Skipping| {
        let scores = model.predict(samples.inputs()).outputs.pop().unwrap();
        Execution::of(name, &scores, samples.classes(), 3)
    };
    report.quality = Some(Quality {
        classes: vec!["<script>alert(1)</script>".to_owned(), "\"&'".to_owned()],
        executions: vec![execution("float", &float), execution("quantized", &model)],
    });
    report.estimate = Some(Estimate::new(&graph, &Target::new("xc7z020clg400-1", 5.0).unwrap()));
    report.profile = Some(profile(&model, samples.inputs()).unwrap());
    let traced = trace(&float, &model, &samples.inputs()[..4], 0.01).unwrap();
    report.trace = Some(super::TracedDifference::new(0, &traced));
    report.scans = vec![scan(&float, &samples, Bits::Fraction { integer: 6 }, 0..=6, None).unwrap()];
    let point = |name: &str, ebops: u64, lut| FrontPoint {
        name: name.to_owned(),
        validation: 0.5 + ebops as f64 / 4096.0,
        test: None,
        objectives: Objectives { ebops, interval: 1, lut, ..Objectives::default() },
    };
    report.front = Some(Front {
        points: vec![point("searched 3 4 <b>", 100, Some(50.0)), point("learned, epoch 7", 600, Some(128.0))],
        uniform: vec![point("uniform 6 bits", 900, None)],
        winner: 1,
        allowance: Some(0.0125),
        declaration: "fc1: Dense<4, 8, Fixed<6, 1>>,".to_owned(),
        dominates_uniform: true,
        trials: 12,
    });
    report.ledger = vec![
        LedgerEntry {
            claim: "QAT forward == emulator".to_owned(),
            compared: Some(Compared { vectors: 17_851, mismatches: 0 }),
            how: "--report".to_owned(),
        },
        LedgerEntry { claim: "emulator == C simulation".to_owned(), compared: None, how: "--csim".to_owned() },
    ];
    report.notes = vec!["</section><img src=x>".to_owned()];
    report.provenance.seeds.insert("weights".to_owned(), 3);
    report
}

/// All elements of the page are closed in their order, so nothing leaks out of a text or an attribute.
#[track_caller]
fn assert_is_well_formed(page: &str) {
    const EMPTY: [&str; 2] = ["meta", "!doctype"];
    let mut open: Vec<&str> = Vec::new();
    let (head, style) = page.split_once("<style>").unwrap();
    let body = style.split_once("</style>").unwrap().1;
    for part in [head, body] {
        for tag in part.split('<').skip(1) {
            let (tag, _) = tag.split_once('>').unwrap_or_else(|| panic!("{tag}"));
            let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
            if tag.starts_with('/') {
                assert_eq!(open.pop(), Some(name));
            } else if !tag.ends_with('/') && !EMPTY.contains(&name) {
                open.push(name);
            }
        }
    }
    assert_eq!(open, [""; 0]);
}

#[test]
fn the_data_are_read_back() {
    for report in [Report::default(), full()] {
        let text = report.to_json().unwrap();
        let again = Report::from_json(&text).unwrap();
        // Floats may lose their last bit when JSON is read, and never more than that.
        assert_eq!(again.layers, report.layers);
        assert_eq!(
            (&again.front, &again.ledger, &again.provenance),
            (&report.front, &report.ledger, &report.provenance)
        );
        assert_eq!(again.verdict(), report.verdict());
        assert!(text.starts_with(r#"{"verdict":{"standing":"#), "{text}");
    }
}

#[test]
fn what_was_not_run_says_how_to_run_it() {
    let model = Skipping::seeded(3, &Device::default());
    let report = Report::new(&model.graph().unwrap());
    let page = report.to_html().unwrap();
    assert_is_well_formed(&page);
    for flag in ["--csim", "--report", "--profile", "--scan", "--search"] {
        assert!(page.contains(&format!("<code>{flag}</code>")), "{flag}");
    }
    assert_eq!(report.verdict().standing, Standing::Open);
    let page = full().to_html().unwrap();
    for flag in ["--report", "--profile", "--scan", "--search"] {
        assert!(!page.contains(&format!("<code>{flag}</code>")), "{flag}");
    }
}

#[test]
fn names_cannot_leave_their_place() {
    let page = full().to_html().unwrap();
    assert_is_well_formed(&page);
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("<b>"));
    assert!(page.matches("&lt;script&gt;alert(1)").count() > 5);
    assert!(page.contains("default-src 'none'") && !page.contains("http://") && !page.contains("https://"));
}

#[test]
fn the_verdict_is_the_worst_finding() {
    let mut report = full();
    let verdict = report.verdict();
    assert!(verdict.text.starts_with("bit-exact: QAT forward == emulator on 17,851 vectors; accuracy "), "{verdict:?}");
    assert_eq!(verdict.standing, Standing::Open);
    report.ledger[1].compared = Some(Compared { vectors: 10, mismatches: 0 });
    assert_eq!(report.verdict().standing, Standing::Good, "{:?}", report.verdict());
    report.ledger[1].compared = Some(Compared { vectors: 10, mismatches: 1 });
    let verdict = report.verdict();
    assert!(verdict.text.contains("NOT bit-exact: emulator == C simulation: 1 of 10 vectors differ"), "{verdict:?}");
    assert_eq!(verdict.standing, Standing::Bad);
}

#[test]
fn curves_go_through_thresholds_only() {
    let positive = [true, false, true, false];
    assert_eq!(roc(&[4.0, 3.0, 2.0, 1.0], &positive), [[0.0, 0.0], [0.5, 0.0], [1.0, 0.5], [1.0, 1.0]]);
    // Equal scores come together.
    assert_eq!(roc(&[1.0; 4], &positive), [[0.0, 0.0], [1.0, 1.0]]);
    assert!(roc(&[1.0, 2.0], &[true, true]).is_empty());
    // Thinned, and still from end to end.
    let scores: Vec<f64> = (0..20_000).map(|index| f64::from((index * 7919) % 20_000)).collect();
    let curve = roc(&scores, &(0..20_000).map(|index| index % 3 == 0).collect::<Vec<_>>());
    assert!((60..=66).contains(&curve.len()), "{}", curve.len());
    assert_eq!((curve[0], curve[curve.len() - 1]), ([0.0, 0.0], [1.0, 1.0]));
    assert!(curve.windows(2).all(|pair| pair[0][0] <= pair[1][0] && pair[0][1] <= pair[1][1]));
}

#[test]
fn both_files_are_written_and_again_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let place = directory.path().join("new/report");
    let report = full();
    let read = |name: &str| std::fs::read(place.join(name)).unwrap();
    assert_eq!(report.write(&place).unwrap(), place.join(PAGE));
    let first = [PAGE, DATA].map(read);
    report.write(&place).unwrap();
    assert!(first == [PAGE, DATA].map(read));
    assert!(first[0].len() < 1_000_000, "{}", first[0].len());
    assert_eq!(std::fs::read_dir(&place).unwrap().count(), 2);
}

/// The sentence about uniform quantization says what was compared, and nothing where nothing was.
#[test]
fn the_front_says_what_its_data_say() {
    let text = |change: fn(&mut Front)| {
        let mut report = full();
        change(report.front.as_mut().unwrap());
        report.to_html().unwrap()
    };
    let page = text(|_| ());
    assert!(page.contains("fewest EBOPs within 1.25 percentage points of the best validation accuracy"), "{page}");
    assert!(!page.contains("half a point"));
    assert!(page.contains("with fewer EBOPs and, where both are known, no more LUT: yes."));
    let page = text(|front| {
        front.allowance = None;
        front.uniform[0].objectives.lut = Some(900.0);
        front.dominates_uniform = false;
    });
    assert!(page.contains("fewest EBOPs within the allowed distance of the best validation accuracy"));
    assert!(page.contains("with fewer EBOPs and no more LUT: NO."));
    let unknown = text(|front| front.points.iter_mut().for_each(|point| point.objectives.lut = None));
    assert!(unknown.contains("with fewer EBOPs: yes.") && !unknown.contains("more LUT"));
    let alone = text(|front| front.uniform.clear());
    assert!(
        alone.contains("of 12 trainings.")
            && !alone.contains("uniform width there")
            && !alone.contains("The same width")
    );
}

#[hls_model(input = [Fixed<8, 3>; 4])]
struct Fitting {
    fc1: Dense<4, 3, PerChannel<6>, Fixed<6, 2>>,
    relu1: Relu<UFixed<6, 2, Rnd, Sat>>,
    fc2: Dense<3, 2, Fixed<6, 2>>,
}

#[test]
fn weights_without_a_range_are_on_the_page() {
    let model = Fitting::seeded(1, &Device::default());
    let mut report = Report::new(&model.graph().unwrap());
    report.profile = Some(profile(&model, &[0.5; 8]).unwrap());
    let page = report.to_html().unwrap();
    assert_is_well_formed(&page);
    assert!(page.contains("per_channel&lt;6&gt;") && page.contains("its largest weight needs"), "{page}");
    assert_eq!(Report::from_json(&report.to_json().unwrap()).unwrap().profile.unwrap().fitted.len(), 1);
    assert!(!full().to_html().unwrap().contains("Weights without a range"));
}
