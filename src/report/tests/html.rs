//! A page as a browser sees it.

use html5ever::tendril::TendrilSink;
use markup5ever_rcdom::{Node, NodeData, RcDom};
use std::collections::BTreeMap;

/// An element. A text is one of the name `#text`, a comment one of `#comment`.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) children: Vec<Element>,
    /// The text of a text or comment.
    pub(super) text: String,
}

impl Element {
    /// Reads a page, which must follow the rules of HTML's syntax.
    pub(super) fn parse(page: &str) -> Self {
        let dom = html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(page);
        assert!(dom.errors.borrow().is_empty(), "{:?}", dom.errors.borrow());
        Self::of(&dom.document)
    }

    fn of(node: &Node) -> Self {
        let mut made = Self { children: node.children.borrow().iter().map(|child| Self::of(child)).collect(), ..Self::default() };
        made.children.retain(|child| child.name != "#text" || !child.text.is_empty());
        match &node.data {
            NodeData::Element { name, attrs, .. } => {
                made.name = name.local.to_string();
                made.attributes = attrs.borrow().iter().map(|attribute| (attribute.name.local.to_string(), attribute.value.to_string())).collect();
            }
            NodeData::Text { contents } => (made.name, made.text) = ("#text".to_owned(), contents.borrow().to_string()),
            NodeData::Comment { contents } => (made.name, made.text) = ("#comment".to_owned(), contents.to_string()),
            NodeData::Document | NodeData::Doctype { .. } | NodeData::ProcessingInstruction { .. } => {}
        }
        made
    }

    /// Returns the element and all in it, in the order of the page, each with the elements around it.
    pub(super) fn tree(&self) -> Vec<(Vec<&str>, &Self)> {
        let mut all = Vec::new();
        self.add_to(&mut all, &[]);
        all
    }

    fn add_to<'a>(&'a self, all: &mut Vec<(Vec<&'a str>, &'a Self)>, around: &[&'a str]) {
        all.push((around.to_vec(), self));
        let around = [around, &[self.name.as_str()]].concat();
        self.children.iter().for_each(|child| child.add_to(all, &around));
    }

    /// Returns everything that the element is besides its children, in one line.
    pub(super) fn line(&self) -> String {
        let attributes: String = self.attributes.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        format!("{}{attributes} {}", self.name, self.text)
    }

    /// Returns all texts in the element.
    pub(super) fn texts(&self) -> String {
        self.tree().into_iter().filter(|(_, element)| element.name == "#text").map(|(_, element)| element.text.as_str()).collect()
    }
}
