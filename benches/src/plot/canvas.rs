//! What plots are drawn with: text, lines, marks and bars at pixels.

use plotters::coord::Shift;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::depth::Source;

/// Why a drawing failed.
pub(crate) type DrawError = DrawingAreaErrorKind<std::io::Error>;

/// The width of every plot in pixels.
pub(crate) const WIDTH: i32 = 960;
/// The left edge of titles.
pub(crate) const EDGE: i32 = 16;
/// Where plots begin below the title, the finding and the legend.
pub(crate) const HEAD: i32 = 112;

/// Pixels of a letter beside the data. No font is measured: letters take less on average.
const LETTER: i32 = 8;

/// The colours, after Okabe and Ito: they differ for the colour-blind too.
pub(crate) mod palette {
    use plotters::style::RGBColor;

    /// The ground.
    pub(crate) const PAGE: RGBColor = RGBColor(0xFF, 0xFF, 0xFF);
    /// Words.
    pub(crate) const INK: RGBColor = RGBColor(0x1F, 0x29, 0x33);
    /// Words that matter less.
    pub(crate) const MUTED: RGBColor = RGBColor(0x5A, 0x66, 0x74);
    /// Lines behind the data.
    pub(crate) const GRID: RGBColor = RGBColor(0xDF, 0xE3, 0xE8);
    /// Blue.
    pub(crate) const BLUE: RGBColor = RGBColor(0x00, 0x72, 0xB2);
    /// Vermilion.
    pub(crate) const RED: RGBColor = RGBColor(0xD5, 0x5E, 0x00);
    /// Bluish green.
    pub(crate) const GREEN: RGBColor = RGBColor(0x00, 0x9E, 0x73);
    /// Reddish purple.
    pub(crate) const PURPLE: RGBColor = RGBColor(0xB8, 0x5C, 0x93);
    /// Sky blue.
    pub(crate) const SKY: RGBColor = RGBColor(0x56, 0xB4, 0xE9);
    /// Orange.
    pub(crate) const ORANGE: RGBColor = RGBColor(0xE6, 0x9F, 0x00);

    /// The colour of the line with this number.
    pub(crate) fn line(number: usize) -> RGBColor {
        const LINES: [RGBColor; 6] = [BLUE, RED, GREEN, PURPLE, ORANGE, SKY];
        LINES[number % LINES.len()]
    }
}

/// Which side of its point a text stands at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Side {
    Left,
    Middle,
    Right,
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Face {
    pub(crate) size: f64,
    pub(crate) colour: RGBColor,
    pub(crate) bold: bool,
}

/// Words of an axis.
pub(crate) const SMALL: Face = Face { size: 12.0, colour: palette::MUTED, bold: false };
/// Words beside the data.
pub(crate) const PLAIN: Face = Face { size: 13.0, colour: palette::INK, bold: false };
/// The head of a part.
pub(crate) const STRONG: Face = Face { size: 13.0, colour: palette::INK, bold: true };
/// The title.
const TITLE: Face = Face { size: 18.0, colour: palette::INK, bold: true };

/// A drawing under way.
pub(crate) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

/// A drawing of some height: its title, what it found, and what `paint` adds.
pub(crate) fn draw(
    height: i32,
    title: &str,
    finding: &str,
    paint: impl FnOnce(&Canvas<'_>) -> Result<(), DrawError>,
) -> Result<String, DrawError> {
    let mut svg = String::new();
    let size = (WIDTH.unsigned_abs(), height.unsigned_abs());
    let canvas = Canvas { area: SVGBackend::with_string(&mut svg, size).into_drawing_area() };
    canvas.area.fill(&palette::PAGE)?;
    canvas.text((EDGE, 26), title, TITLE, Side::Right)?;
    canvas.text((EDGE, 50), finding, Face { colour: palette::MUTED, ..PLAIN }, Side::Right)?;
    paint(&canvas)?;
    canvas.area.present()?;
    drop(canvas);
    Ok(svg)
}

impl Canvas<'_> {
    /// A text whose middle line is at the height of the point.
    pub(crate) fn text(
        &self,
        at: (i32, i32),
        text: &str,
        face: Face,
        side: Side,
    ) -> Result<(), DrawError> {
        let style = if face.bold { FontStyle::Bold } else { FontStyle::Normal };
        // The backend takes the height of a line and writes the size of the font.
        let font = FontDesc::new(FontFamily::SansSerif, face.size * 1.24, style);
        let side = match side {
            Side::Left => HPos::Right,
            Side::Middle => HPos::Center,
            Side::Right => HPos::Left,
        };
        let style = TextStyle::from(font).color(&face.colour).pos(Pos::new(side, VPos::Center));
        self.area.draw_text(text, &style, at)
    }

    /// The same on a ground that hides the lines behind it.
    pub(crate) fn label(
        &self,
        (x, y): (i32, i32),
        text: &str,
        face: Face,
        side: Side,
    ) -> Result<(), DrawError> {
        let width = LETTER * text.chars().count() as i32;
        let left = match side {
            Side::Left => x - width,
            Side::Middle => x - width / 2,
            Side::Right => x,
        };
        self.bar((left, y - 8), (left + width, y + 8), palette::PAGE)?;
        self.text((x, y), text, face, side)
    }

    pub(crate) fn line(
        &self,
        points: Vec<(i32, i32)>,
        colour: RGBColor,
        width: u32,
    ) -> Result<(), DrawError> {
        self.area.draw(&PathElement::new(points, colour.stroke_width(width)))
    }

    pub(crate) fn bar(
        &self,
        from: (i32, i32),
        to: (i32, i32),
        colour: RGBColor,
    ) -> Result<(), DrawError> {
        self.area.draw(&Rectangle::new([from, to], colour.filled()))
    }

    /// A point: full where it was measured, a ring where it was composed, a diamond where it was estimated.
    pub(crate) fn point(
        &self,
        (x, y): (i32, i32),
        colour: RGBColor,
        source: Source,
    ) -> Result<(), DrawError> {
        let inside = |colour: RGBColor| Circle::new((x, y), 3, colour.filled());
        match source {
            Source::Measured => self.area.draw(&Circle::new((x, y), 4, colour.filled())),
            Source::Composed => {
                self.area.draw(&Circle::new((x, y), 5, colour.filled()))?;
                self.area.draw(&inside(palette::PAGE))
            }
            Source::Estimated => {
                let corners = |r: i32| vec![(x - r, y), (x, y - r), (x + r, y), (x, y + r)];
                self.area.draw(&Polygon::new(corners(6), colour.filled()))?;
                self.area.draw(&Polygon::new(corners(3), palette::PAGE.filled()))
            }
        }
    }
}

/// The legend below the finding: what its samples are, from left to right.
pub(crate) struct Legend<'a, 'b> {
    canvas: &'a Canvas<'b>,
    x: i32,
}

/// The height of the legend's middle.
const LEGEND: i32 = 78;

impl<'a, 'b> Legend<'a, 'b> {
    pub(crate) fn new(canvas: &'a Canvas<'b>) -> Self {
        Self { canvas, x: EDGE }
    }

    pub(crate) fn line(&mut self, colour: RGBColor, text: &str) -> Result<(), DrawError> {
        self.canvas.line(vec![(self.x, LEGEND), (self.x + 22, LEGEND)], colour, 3)?;
        self.words(30, text)
    }

    pub(crate) fn bar(&mut self, colour: RGBColor, text: &str) -> Result<(), DrawError> {
        self.canvas.bar((self.x, LEGEND - 6), (self.x + 14, LEGEND + 6), colour)?;
        self.words(21, text)
    }

    pub(crate) fn point(&mut self, source: Source, text: &str) -> Result<(), DrawError> {
        self.canvas.point((self.x + 6, LEGEND), palette::MUTED, source)?;
        self.words(18, text)
    }

    fn words(&mut self, sample: i32, text: &str) -> Result<(), DrawError> {
        self.canvas.text((self.x + sample, LEGEND), text, PLAIN, Side::Right)?;
        self.x += sample + LETTER * text.chars().count() as i32 + 18;
        Ok(())
    }
}
