//! Text in aligned fields, lists and small tables.

/// A description that is being written.
#[derive(Debug, Default)]
pub(super) struct Outline {
    text: String,
    depth: usize,
}

const WIDTH: usize = 18;

impl Outline {
    /// `Name:             web`.
    pub fn field(&mut self, name: &str, value: impl AsRef<str>) {
        let value = value.as_ref();
        let value = if value.is_empty() { "<none>" } else { value };
        let pad = "  ".repeat(self.depth);
        let label = format!("{pad}{name}:");
        let mut lines = value.lines();
        self.text.push_str(&format!("{label:<WIDTH$} {}\n", lines.next().unwrap_or_default()));
        for line in lines {
            self.text.push_str(&format!("{:<WIDTH$} {line}\n", ""));
        }
    }

    /// The field when there is a value.
    pub fn maybe(&mut self, name: &str, value: Option<impl AsRef<str>>) {
        if let Some(value) = value {
            self.field(name, value);
        }
    }

    /// A field with a line for each value.
    pub fn list(&mut self, name: &str, values: &[String]) {
        self.field(name, values.join("\n"));
    }

    /// A heading for what is indented below it.
    pub fn section(&mut self, name: &str, body: impl FnOnce(&mut Self)) {
        self.text.push_str(&format!("{}{name}:\n", "  ".repeat(self.depth)));
        self.depth += 1;
        body(self);
        self.depth -= 1;
    }

    /// A heading and rows in columns.
    pub fn table(&mut self, name: &str, columns: &[&str], rows: Vec<Vec<String>>) {
        if rows.is_empty() {
            self.field(name, "");
            return;
        }
        let mut all: Vec<Vec<String>> = vec![columns.iter().map(|column| (*column).to_owned()).collect()];
        all.extend(rows);
        let widths: Vec<usize> = (0..columns.len())
            .map(|index| {
                all.iter()
                    .filter_map(|row| row.get(index))
                    .map(|cell| cell.chars().count())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        self.section(name, |out| {
            for row in &all {
                let cells: Vec<String> =
                    row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
                let line = format!("{}{}", "  ".repeat(out.depth), cells.join("  "));
                out.text.push_str(line.trim_end());
                out.text.push('\n');
            }
        });
    }

    /// Lines as they are, indented.
    pub fn lines(&mut self, text: &str) {
        for line in text.lines() {
            self.text.push_str(&format!("{}{line}\n", "  ".repeat(self.depth)));
        }
    }

    /// What another one holds, below.
    pub fn append(&mut self, other: Self) {
        self.text.push_str(&other.text);
    }

    pub fn finish(self) -> String {
        self.text.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_aligned_and_rows_line_up() {
        let mut out = Outline::default();
        out.field("Name", "web");
        out.list("Labels", &["a=b".to_owned(), "c=d".to_owned()]);
        out.field("Node", "");
        out.table("Events", &["Type", "Age"], vec![vec!["Warning".to_owned(), "5m".to_owned()]]);
        let wanted = "Name:              web\nLabels:            a=b\n                   c=d\nNode:              <none>\nEvents:\n  Type     Age\n  Warning  5m";
        assert_eq!(out.finish(), wanted);
    }
}
