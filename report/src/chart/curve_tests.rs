//! What a curve shows and keeps from showing.

use super::*;
use crate::chart::testing::{CAPTION, check};
use keepsharp_domain::calendar::add_days;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// A year of days, as restless as shares with two decimals can be.
fn year(start: f64, unrest: u32) -> Vec<(Day, f64)> {
    let percent = |n: u32| start + f64::from(n) * 0.2 + f64::from(n * n * 7919 % 97 * unrest) / 100.0;
    (0..365).map(|n| (add_days(day("2025-11-22"), n), percent(n).min(100.0))).collect()
}

fn series(label: &str, hue: Hue, points: &[(Day, f64)]) -> Series {
    Series { label: label.to_owned(), hue, points: points.to_vec() }
}

fn curve(series: Vec<Series>) -> Curve {
    let target = Some(Target { label: "objective 90 %".to_owned(), percent: 90.0 });
    Curve { from: day("2025-11-22"), to: day("2026-11-22"), series, target, today: Some(day("2026-11-22")) }
}

const FRAMES: [Frame; 2] = [Frame::WIDE, Frame::NARROW];

#[test]
fn a_curve_is_well_formed_the_same_twice_and_read_out() {
    let curve = curve(vec![series("Engineers", Hue::A, &year(20.0, 3)), series("Others", Hue::B, &year(10.0, 1))]);
    for frame in FRAMES {
        let svg = curve.svg(frame, &CAPTION);
        check(&svg);
        assert_eq!(svg, curve.svg(frame, &CAPTION));
        assert!(svg.contains("role=\"img\" aria-labelledby=\"c1-title c1-description\""), "{svg}");
        assert!(svg.contains("<title id=\"c1-title\">Trained &lt;engineers&gt; &amp; &quot;others&quot;</title>"));
    }
}

#[test]
fn no_curve_is_too_odd_to_be_drawn() {
    let (first, last) = (day("2025-11-22"), day("2026-11-22"));
    let odd = [
        vec![],
        vec![(first, 50.0)],
        vec![(last, 100.0)],
        vec![(first, f64::NAN), (last, f64::INFINITY)],
        vec![(last, 70.0), (first, 30.0), (last, f64::NAN), (first, 31.0)],
        vec![(day("2024-01-01"), 1.0), (day("2030-01-01"), 2.0)],
        vec![(first, -40.0), (last, 4000.0)],
        year(60.0, 0).into_iter().map(|(day, _)| (day, 60.0)).collect(),
    ];
    let labels = [
        "",
        "Everyone who builds, runs or reviews software in the company",
        "מהנדסי תוכנה של הקבוצה",
        "👩‍👩‍👧‍👦🚀🚀🚀🚀🚀🚀🚀🚀🚀",
        "<&'\">",
    ];
    for points in &odd {
        for label in labels {
            let mut curve =
                curve(vec![series(label, Hue::A, points), series("b", Hue::B, points), series("c", Hue::A, &[])]);
            for (from, to) in [(first, last), (last, first), (first, first)] {
                (curve.from, curve.to) = (from, to);
                for frame in FRAMES {
                    check(&curve.svg(frame, &CAPTION));
                }
            }
        }
    }
}

#[test]
fn without_figures_a_curve_says_so() {
    let plot = curve(vec![series("Engineers", Hue::A, &[])]).plot(Frame::WIDE);
    assert_eq!(plot.remark.map(|label| label.text).as_deref(), Some("no figures yet"));
    assert!(plot.hovers.is_empty() && plot.lines.is_empty());
}

#[test]
fn a_year_of_days_is_short() {
    let svg = curve(vec![series("Engineers", Hue::A, &year(20.0, 3))]).svg(Frame::WIDE, &CAPTION);
    let paths: usize = svg.split(" d=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::len).sum();
    assert!(paths < 6000, "{paths} of {}", svg.len());
    let calm = curve(vec![series("Engineers", Hue::A, &year(20.0, 0))]).svg(Frame::WIDE, &CAPTION);
    assert!(calm.len() < 6000, "{}", calm.len());
}

#[test]
fn labels_at_the_ends_never_overlap_and_stay_in_the_frame() {
    for ends in [[50.0, 50.0, 50.0], [0.0, 0.0, 0.0], [100.0, 100.0, 100.0], [89.0, 90.0, 12.0], [0.0, 3.0, 100.0]] {
        for (frame, (from, to)) in
            FRAMES.into_iter().flat_map(|f| [(f, ("2025-11-22", "2026-11-22")), (f, ("2026-03-01", "2026-03-01"))])
        {
            let label = "Everyone who builds, runs or reviews software in the company";
            let all = ends.map(|end| series(label, Hue::A, &[(day("2026-03-01"), end)]));
            let plot = Curve { from: day(from), to: day(to), ..curve(all.to_vec()) }.plot(frame);
            let mut lines: Vec<&Label> = plot.lines.iter().flat_map(|line| [&line.value, &line.name]).collect();
            lines.sort_by(|one, other| one.y.total_cmp(&other.y));
            assert!(lines.windows(2).all(|pair| pair[1].y - pair[0].y >= frame.text * 1.15), "{ends:?} {lines:#?}");
            for label in lines {
                assert!(label.x + width(&label.text, frame.text) <= frame.width + 0.01, "{label:?}");
                assert!(label.y - frame.text * 0.8 >= 0.0 && label.y <= plot.area.bottom + frame.text, "{label:?}");
            }
        }
    }
}

#[test]
fn days_named_below_have_room_and_stay_in_the_frame() {
    for frame in FRAMES {
        for length in 0..900 {
            let mut curve = curve(vec![series("Engineers", Hue::A, &[(day("2025-11-22"), 5.0)])]);
            curve.to = add_days(curve.from, length);
            let plot = curve.plot(frame);
            let names: Vec<&Label> = plot.days.iter().filter_map(|tick| tick.labels.first()).collect();
            let half = |label: &Label| width(&label.text, frame.text) / 2.0;
            assert!(!names.is_empty(), "{length}");
            assert!(
                names.windows(2).all(|pair| pair[1].x - half(pair[1]) > pair[0].x + half(pair[0])),
                "{length} {names:?}"
            );
            assert!(names.iter().all(|label| label.x - half(label) >= 0.0 && label.x + half(label) <= frame.width));
        }
    }
}

#[test]
fn a_share_holds_over_a_gap_and_goes_straight_from_day_to_day() {
    let points =
        [("2026-01-01", 0.0), ("2026-01-02", 20.0), ("2026-01-05", 80.0)].map(|(on, percent)| (day(on), percent));
    let mut curve = curve(vec![series("Engineers", Hue::A, &points)]);
    (curve.from, curve.to) = (points[0].0, points[2].0);
    let plot = curve.plot(Frame::WIDE);
    let path = &plot.lines[0].path;
    assert_eq!(path.len(), 4);
    assert!((path[1].y - path[2].y).abs() < 1e-9 && (path[2].x - path[3].x).abs() < 1e-9, "{path:?}");
}

#[test]
fn who_points_at_a_curve_is_told_the_day() {
    let one = [(day("2026-03-03"), 82.4), (day("2026-03-09"), 89.96)];
    let told = |curve: Curve| curve.plot(Frame::WIDE).hovers.into_iter().map(|hover| hover.text).collect::<Vec<_>>();
    assert_eq!(told(curve(vec![series("Engineers", Hue::A, &one)])), ["3 March 2026: 82.4 %", "9 March 2026: 89.9 %"]);
    let two = told(curve(vec![series("Engineers", Hue::A, &one), series("תוכנה", Hue::B, &one[1..])]));
    assert_eq!(
        two,
        ["3 March 2026\nEngineers: 82.4 %", "9 March 2026\nEngineers: 89.9 %\n\u{2068}תוכנה\u{2069}: 89.9 %"]
    );
    let year = curve(vec![series("Engineers", Hue::A, &year(20.0, 1))]).plot(Frame::WIDE);
    assert_eq!(year.hovers.len(), HOVERS);
    assert!(year.hovers.windows(2).all(|pair| (pair[0].right - pair[1].left).abs() < 1e-9));
    assert!(year.hovers.iter().all(|hover| hover.left < hover.right));
}

#[test]
fn the_targets_label_keeps_clear_of_lines() {
    let high: Vec<(Day, f64)> =
        year(0.0, 0).into_iter().map(|(on, _)| (on, if on < day("2026-06-01") { 93.0 } else { 40.0 })).collect();
    let plot = curve(vec![series("Engineers", Hue::A, &high)]).plot(Frame::WIDE);
    let target = plot.target.unwrap();
    assert!(target.label.y > target.at || target.label.anchor != Anchor::Start, "{target:?}");
}

#[test]
fn the_targets_line_gives_way_to_a_label_on_it() {
    let plot = curve(vec![series("Engineers", Hue::A, &[(day("2026-03-03"), 90.0)])]).plot(Frame::WIDE);
    let (target, label) = (plot.target.unwrap(), &plot.lines[0].name);
    assert_eq!(target.pieces.len(), 2);
    let right = label.x + width(&label.text, plot.frame.text);
    assert!(target.pieces.iter().all(|(from, to)| *to < label.x || *from > right), "{:?}", target.pieces);
}
