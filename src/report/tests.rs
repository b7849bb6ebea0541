//! Rules that every page keeps, whatever its texts and rows are.

mod assets;
mod data;
mod drawn;
mod html;
mod page;
