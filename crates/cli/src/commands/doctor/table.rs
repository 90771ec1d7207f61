//! Columns of text.

use crate::style::Style;

/// A table: each column as wide as its widest cell, numbers to the right.
pub(super) fn table(head: &[&str], rows: &[Vec<String>], style: Style) -> String {
    let wide = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain([head[column].chars().count()]).max().unwrap_or(0)
    };
    let is_number = |column: usize| {
        rows.iter()
            .all(|row| row.get(column).is_none_or(|cell| cell.chars().all(|char| char.is_ascii_digit())))
    };
    let line = |cells: &[String]| {
        let cells = cells.iter().enumerate().map(|(column, cell)| {
            let (width, right) = (wide(column), is_number(column));
            if right { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    let mut text = format!("{}\n", style.dim(&line(&head)));
    rows.iter().for_each(|row| text += &format!("{}\n", line(row)));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = [["Post", "3"], ["Comment", "12"]].map(|row| row.map(str::to_owned).to_vec());
        let text = table(&["model", "rows"], &rows, Style::plain());
        assert_eq!(text, "model    rows\nPost        3\nComment    12\n");
    }
}
