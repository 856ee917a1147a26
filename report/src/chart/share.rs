//! How many of how many? A thin bar for a row of a table.

use super::svg::{Drawing, number};

/// Some of a whole, as a bar of 100 by 6.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// How many of them.
    pub taken: u32,
    /// All of them.
    pub engineers: u32,
    /// What is to be reached, in percent, if that is to be marked.
    pub objective: Option<f64>,
}

impl Share {
    /// How far the bar reaches, in percent. Of nobody it is nothing.
    #[must_use]
    pub fn percent(&self) -> f64 {
        if self.engineers == 0 {
            return 0.0;
        }
        (100.0 * f64::from(self.taken) / f64::from(self.engineers)).min(100.0)
    }

    /// The bar as SVG. It is as wide and as high as the style sheet says.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut drawing = Drawing::stretched("thin", (100.0, 6.0), &format!("{} of {}", self.taken, self.engineers));
        drawing.track(100.0, 6.0);
        let width = number(self.percent());
        drawing.put(format_args!("<rect class=\"bar current\" width=\"{width}\" height=\"6\"/>"));
        if let Some(objective) = self.objective.filter(|objective| objective.is_finite()) {
            // A stroke would be cut in half at 100.
            let left = number(objective.clamp(0.0, 100.0).min(98.0));
            drawing.put(format_args!(
                "<rect class=\"tick\" fill=\"currentColor\" x=\"{left}\" width=\"2\" height=\"6\"/>"
            ));
        }
        drawing.close()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::testing::check;

    #[test]
    fn a_share_stays_within_its_bar() {
        for (taken, engineers, width) in [(0, 0, "0"), (3, 0, "0"), (1, 3, "33.3"), (5, 4, "100")] {
            for objective in [None, Some(90.0), Some(100.0), Some(f64::NAN)] {
                let svg = Share { taken, engineers, objective }.svg();
                check(&svg);
                assert!(svg.contains(&format!("class=\"bar current\" width=\"{width}\"")), "{svg}");
                assert!(svg.contains(&format!("<title>{taken} of {engineers}</title>")), "{svg}");
            }
        }
    }
}
