//! JSON whose members stand in the order in which they are written down, whatever other crates ask of `serde_json`.

use serde::ser::{Serialize, SerializeMap, Serializer};

/// A value of an OSCAL document, which knows text, lists and objects only.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Text(String),
    List(Vec<Node>),
    Object(Vec<(&'static str, Node)>),
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Node::Text(text) => serializer.serialize_str(text),
            Node::List(nodes) => serializer.collect_seq(nodes),
            Node::Object(members) => {
                let mut map = serializer.serialize_map(None)?;
                for (name, node) in members {
                    // OSCAL has no empty lists: what has no members is left out.
                    if !matches!(node, Node::List(nodes) if nodes.is_empty()) {
                        map.serialize_entry(name, node)?;
                    }
                }
                map.end()
            }
        }
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Node {
        Node::Text(text.to_owned())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Node {
        Node::Text(text)
    }
}

impl From<Vec<Node>> for Node {
    fn from(nodes: Vec<Node>) -> Node {
        Node::List(nodes)
    }
}

impl<const N: usize> From<[(&'static str, Node); N]> for Node {
    fn from(members: [(&'static str, Node); N]) -> Node {
        Node::Object(members.into())
    }
}
