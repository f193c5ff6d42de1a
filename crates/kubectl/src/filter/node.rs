//! A filter as it is evaluated: CEL's expression with every name resolved.

use std::fmt;

use super::functions::Function;
use super::value::Value;

/// One part of a filter.
#[derive(Debug)]
pub(super) enum Node {
    Literal(Value<'static>),
    Variable(String),
    /// `of.name`; `optional` for `of.?name`.
    Field {
        of: Box<Node>,
        name: String,
        optional: bool,
    },
    /// `has(of.name)`.
    Has {
        of: Box<Node>,
        name: String,
    },
    /// `of[at]`; `optional` for `of[?at]`.
    Index {
        of: Box<Node>,
        at: Box<Node>,
        optional: bool,
    },
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Not(Box<Node>),
    Negate(Box<Node>),
    Choice(Box<[Node; 3]>),
    Binary(Operator, Box<[Node; 2]>),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    /// A function; what it is called on is its first argument.
    Call {
        function: &'static Function,
        on: bool,
        args: Vec<Node>,
    },
    Loop(Box<Loop>),
}

/// An operator with two sides, both always evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
}

/// A macro that runs over a list or the keys of a map.
#[derive(Debug)]
pub(super) struct Loop {
    pub over: Node,
    pub variable: String,
    pub test: Option<Node>,
    pub kind: LoopKind,
}

/// What comes of it.
#[derive(Debug)]
pub(super) enum LoopKind {
    All,
    Exists,
    ExistsOne,
    /// The list of these, for elements that pass the test.
    Map(Node),
}

impl Operator {
    pub fn of(name: &str) -> Option<Self> {
        use cel::common::ast::operators as cel;
        Some(match name {
            cel::ADD => Self::Add,
            cel::SUBSTRACT => Self::Subtract,
            cel::MULTIPLY => Self::Multiply,
            cel::DIVIDE => Self::Divide,
            cel::MODULO => Self::Modulo,
            cel::EQUALS => Self::Equal,
            cel::NOT_EQUALS => Self::NotEqual,
            cel::LESS => Self::Less,
            cel::LESS_EQUALS => Self::LessEqual,
            cel::GREATER => Self::Greater,
            cel::GREATER_EQUALS => Self::GreaterEqual,
            cel::IN => Self::In,
            _ => return None,
        })
    }

    pub fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::In => "in",
        }
    }
}

impl fmt::Display for Node {
    /// The part as a person would write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(value) => literal(value, f),
            Self::Variable(name) => f.write_str(name),
            Self::Field { of, name, optional } => {
                write!(f, "{of}.{}{name}", if *optional { "?" } else { "" })
            }
            Self::Has { of, name } => write!(f, "has({of}.{name})"),
            Self::Index { of, at, optional } => write!(f, "{of}[{}{at}]", if *optional { "?" } else { "" }),
            Self::And(left, right) => write!(f, "{left} && {right}"),
            Self::Or(left, right) => write!(f, "({left} || {right})"),
            Self::Not(part) => write!(f, "!{part}"),
            Self::Negate(part) => write!(f, "-{part}"),
            Self::Choice(parts) => {
                let [test, yes, no] = parts.as_ref();
                write!(f, "({test} ? {yes} : {no})")
            }
            Self::Binary(operator, sides) => write!(f, "{} {} {}", sides[0], operator.sign(), sides[1]),
            Self::List(parts) => write!(f, "[{}]", joined(parts)),
            Self::Map(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                write!(f, "{{{}}}", entries.join(", "))
            }
            Self::Call { function, on, args } => match args.split_first() {
                Some((first, rest)) if *on => write!(f, "{first}.{}({})", function.name, joined(rest)),
                _ => write!(f, "{}({})", function.name, joined(args)),
            },
            Self::Loop(each) => write!(f, "{each}"),
        }
    }
}

impl fmt::Display for Loop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, parts): (_, Vec<&Node>) = match &self.kind {
            LoopKind::All => ("all", self.test.iter().collect()),
            LoopKind::Exists => ("exists", self.test.iter().collect()),
            LoopKind::ExistsOne => ("exists_one", self.test.iter().collect()),
            LoopKind::Map(Node::Variable(name)) if *name == self.variable => {
                ("filter", self.test.iter().collect())
            }
            LoopKind::Map(result) => ("map", self.test.iter().chain([result]).collect()),
        };
        let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
        write!(f, "{}.{name}({}, {})", self.over, self.variable, parts.join(", "))
    }
}

fn joined(parts: &[Node]) -> String {
    parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn literal(value: &Value<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value {
        Value::Bool(value) => write!(f, "{value}"),
        Value::Int(value) => write!(f, "{value}"),
        Value::Double(value) => write!(f, "{value}"),
        Value::Text(value) => write!(f, "{value:?}"),
        _ => f.write_str(value.kind()),
    }
}
