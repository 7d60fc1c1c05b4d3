//! Plots as SVG: axes, marks, legends, and the drawing below them. They name their colours by value, so that a page can give
//! them others in the dark.

mod canvas;
mod panel;
mod scale;

pub(crate) use canvas::{
    Canvas, DrawError, Face, HEAD, Legend, PLAIN, SMALL, Side, WIDTH, draw, palette,
};
pub(crate) use panel::Panel;
pub(crate) use scale::{Scale, apart};
