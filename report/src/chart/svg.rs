//! How is a drawing written as SVG? Text is escaped, coordinates have one decimal at most, nothing needs a script.

use super::curve::{Curve, Line, Plot};
use super::label::{Anchor, Label};
use super::{Caption, Frame, Point};
use std::fmt::{self, Write};

/// SVG being written.
pub(super) struct Drawing(String);

impl Drawing {
    /// A drawing that is read out by its caption.
    pub(super) fn captioned(class: &str, (width, height): (f64, f64), caption: &Caption) -> Drawing {
        let id = escaped(caption.id);
        let mut drawing = Drawing::opened(class, (width, height));
        drawing.put(format_args!(" role=\"img\" aria-labelledby=\"{id}-title {id}-description\">"));
        drawing.put(format_args!("<title id=\"{id}-title\">{}</title>", escaped(caption.title)));
        drawing.put(format_args!("<desc id=\"{id}-description\">{}</desc>", escaped(caption.description)));
        drawing
    }

    /// A small drawing that is read out by its title.
    pub(super) fn titled(class: &str, size: (f64, f64), title: &str) -> Drawing {
        let mut drawing = Drawing::opened(class, size);
        drawing.put(format_args!(" role=\"img\"><title>{}</title>", escaped(title)));
        drawing
    }

    /// The same, filling whatever box the style sheet gives it.
    pub(super) fn stretched(class: &str, size: (f64, f64), title: &str) -> Drawing {
        let mut drawing = Drawing::opened(class, size);
        drawing.put(format_args!(" preserveAspectRatio=\"none\" role=\"img\"><title>{}</title>", escaped(title)));
        drawing
    }

    fn opened(class: &str, (width, height): (f64, f64)) -> Drawing {
        let mut drawing = Drawing(String::new());
        let (width, height) = (number(width), number(height));
        drawing.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{class}\" viewBox=\"0 0 {width} {height}\""
        ));
        drawing
    }

    pub(super) fn put(&mut self, piece: fmt::Arguments) {
        // Writing into memory does not fail.
        let _ = self.0.write_fmt(piece);
    }

    /// A line that the style sheet colours.
    pub(super) fn line(&mut self, class: &str, path: &str) {
        self.put(format_args!("<path class=\"{class}\" fill=\"none\" d=\"{path}\"/>"));
    }

    /// What is left for bars to fill: a tint of the text's colour.
    pub(super) fn track(&mut self, width: f64, height: f64) {
        let size = format!("width=\"{}\" height=\"{}\"", number(width), number(height));
        self.put(format_args!("<rect class=\"track\" fill=\"currentColor\" fill-opacity=\"0.15\" {size}/>"));
    }

    pub(super) fn label(&mut self, class: &str, label: &Label) {
        let anchor = match label.anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let (x, y, text) = (number(label.x), number(label.y), escaped(&label.text));
        self.put(format_args!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>"));
    }

    pub(super) fn close(mut self) -> String {
        self.0.push_str("</svg>");
        self.0
    }
}

impl Curve {
    /// The curve as SVG for a frame.
    #[must_use]
    pub fn svg(&self, frame: Frame, caption: &Caption) -> String {
        let plot = self.plot(frame);
        let class = format!("curve {}", frame.class);
        let mut drawing = Drawing::captioned(&class, (frame.width, frame.height), caption);
        // In a page written from right to left, every anchor would be turned round.
        drawing.put(format_args!("<g direction=\"ltr\" font-size=\"{}\">", number(frame.text)));
        axes(&mut drawing, &plot);
        marks(&mut drawing, &plot);
        if let [line] = plot.lines.as_slice() {
            filling(&mut drawing, &plot, line);
        }
        for line in &plot.lines {
            let dashes = if line.repeated { " stroke-dasharray=\"9 4 1 4\"" } else { "" };
            let (hue, path) = (line.hue.class(), path(&line.path));
            drawing.put(format_args!("<path class=\"line {hue}\" fill=\"none\"{dashes} d=\"{path}\"/>"));
        }
        for line in &plot.lines {
            ending(&mut drawing, line);
        }
        if let Some(remark) = &plot.remark {
            drawing.label("label", remark);
        }
        drawing.put(format_args!("</g>"));
        hovers(&mut drawing, &plot);
        drawing.close()
    }
}

fn axes(drawing: &mut Drawing, plot: &Plot) {
    let (left, width) = (number(plot.area.left), number(plot.area.width()));
    let above = plot.shares.iter().filter(|tick| tick.at < plot.area.bottom);
    let grid: Vec<String> = above.map(|tick| format!("M{left} {}h{width}", number(tick.at))).collect();
    drawing.line("grid", &grid.concat());
    let bottom = number(plot.area.bottom);
    let ticks: Vec<String> = plot.days.iter().map(|tick| format!("M{} {bottom}v5", number(tick.at))).collect();
    drawing.line("axis", &format!("M{left} {bottom}h{width}{}", ticks.concat()));
    for label in plot.shares.iter().chain(&plot.days).flat_map(|tick| &tick.labels) {
        drawing.label("label", label);
    }
}

fn marks(drawing: &mut Drawing, plot: &Plot) {
    if let Some(today) = &plot.today {
        drawing.line(
            "axis today",
            &format!("M{} {}V{}", number(today.at), number(plot.area.top), number(plot.area.bottom)),
        );
        drawing.label("label", &today.label);
    }
    if let Some(target) = &plot.target {
        let at = number(target.at);
        let across = |(left, right): &(f64, f64)| format!("M{} {at}H{}", number(*left), number(*right));
        drawing.line("target", &target.pieces.iter().map(across).collect::<Vec<_>>().concat());
        drawing.label("label", &target.label);
    }
}

/// The room below a line that is alone.
fn filling(drawing: &mut Drawing, plot: &Plot, line: &Line) {
    let Some(first) = line.path.first() else { return };
    let (hue, path) = (line.hue.class(), path(&line.path));
    let (bottom, left) = (number(plot.area.bottom), number(first.x));
    drawing.put(format_args!("<path class=\"area {hue}\" d=\"{path}V{bottom}H{left}z\"/>"));
}

fn ending(drawing: &mut Drawing, line: &Line) {
    let (hue, x, y) = (line.hue.class(), number(line.end.x), number(line.end.y));
    drawing.put(format_args!("<circle class=\"dot {hue}\" cx=\"{x}\" cy=\"{y}\" r=\"4.5\"/>"));
    drawing.label("label strong", &line.value);
    drawing.label("label", &line.name);
}

fn hovers(drawing: &mut Drawing, plot: &Plot) {
    let (top, height) = (number(plot.area.top), number(plot.area.height()));
    drawing.put(format_args!("<g fill=\"none\" pointer-events=\"all\">"));
    for hover in &plot.hovers {
        let (left, width) = (number(hover.left), number(hover.right - hover.left));
        drawing.put(format_args!("<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\">"));
        drawing.put(format_args!("<title>{}</title></rect>", escaped(&hover.text)));
    }
    drawing.put(format_args!("</g>"));
}

/// The path through points, from each to the next, so that a year of days is short.
pub(super) fn path(points: &[Point]) -> String {
    let mut path = String::new();
    let mut before: Option<(f64, f64)> = None;
    for point in points {
        // Steps are taken between rounded places, or a year of roundings would add up.
        let (x, y) = (tenths(point.x), tenths(point.y));
        let piece = match before {
            None => format!("M{} {}", number(x), number(y)),
            Some(last) => step(x - last.0, y - last.1),
        };
        path.push_str(&piece);
        before = Some((x, y));
    }
    if points.len() == 1 {
        // With round caps this is a dot.
        path.push_str("h0");
    }
    path
}

fn step(along: f64, down: f64) -> String {
    match (bare(along).as_str(), bare(down).as_str()) {
        ("0", "0") => String::new(),
        (along, "0") => format!("h{along}"),
        ("0", down) => format!("v{down}"),
        (along, down) if down.starts_with('-') => format!("l{along}{down}"),
        (along, down) => format!("l{along} {down}"),
    }
}

/// A number as paths may have it, without a zero before its point.
fn bare(value: f64) -> String {
    let text = number(value);
    match text.strip_prefix("-0.") {
        Some(decimal) => format!("-.{decimal}"),
        None if text.starts_with("0.") => text.trim_start_matches('0').to_owned(),
        None => text,
    }
}

/// The value as `number` writes it.
pub(super) fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// A number with one decimal at most.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Text as XML takes it in content and in attributes. What XML has no place for becomes U+FFFD.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' => escaped.push('\n'),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other if other.is_control() => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let written = [0.04, -0.04, 12.0, -3.25, 99.96].map(number);
        assert_eq!(written, ["0", "0", "12", "-3.2", "100"]);
    }

    #[test]
    fn a_path_goes_where_its_points_are() {
        let points = [(1.0, 5.0), (2.04, 5.0), (2.04, 3.0), (3.08, 2.5), (3.08, 2.5)].map(|(x, y)| Point { x, y });
        assert_eq!(path(&points), "M1 5h1v-2l1.1-.5");
        assert_eq!(path(&points[..1]), "M1 5h0");
        assert_eq!(path(&[]), "");
    }

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(
            escaped("a<b> & \"c\" 'd'\u{1b}\u{ffff}"),
            "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;\u{fffd}\u{fffd}"
        );
    }
}
