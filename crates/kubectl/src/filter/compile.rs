//! From CEL's text to a filter: read, bounded, every name resolved.

use std::borrow::Cow;

use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue, operators};
use cel::parser::PrattParser;

use super::functions::{self, Function};
use super::node::{Loop, LoopKind, Node, Operator};
use super::value::Value;

/// Longest filter that is taken.
const LONGEST: usize = 4_096;
/// Parts a filter may have.
const PARTS: usize = 500;
/// How deep they may be nested.
const DEEPEST: usize = 48;

/// The variables a filter has.
pub(super) const VARIABLES: [&str; 3] = ["self", "metrics", "now"];

/// The filter of a text, or what is wrong with it.
///
/// The crate's own default parser needs more stack than a server's thread has for twenty parentheses; the other one of
/// its two does not.
pub(super) fn compile(text: &str) -> Result<(Node, bool), String> {
    if text.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    let parser = PrattParser::new()
        .max_recursion_depth(24)
        .max_expression_node_count(PARTS)
        .enable_optional_syntax(true)
        .enable_ident_escape_syntax(true);
    let expression = parser.parse(text).map_err(|errors| match errors.errors.first() {
        Some(error) => format!("{} at column {}", error.msg.trim_end_matches('.'), error.pos.1),
        None => "it can't be read".to_owned(),
    })?;
    let mut compiler = Compiler { bound: Vec::new(), depth: 0, metrics: false };
    let node = compiler.node(expression)?;
    Ok((node, compiler.metrics))
}

struct Compiler {
    /// Variables of the macros around.
    bound: Vec<String>,
    depth: usize,
    metrics: bool,
}

impl Compiler {
    fn boxed(&mut self, expression: IdedExpr) -> Result<Box<Node>, String> {
        self.node(expression).map(Box::new)
    }

    fn node(&mut self, expression: IdedExpr) -> Result<Node, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("its parts are nested more than {DEEPEST} deep"));
        }
        let node = match expression.expr {
            Expr::Literal(value) => Node::Literal(literal(value)?),
            Expr::Ident(name) => self.variable(name)?,
            Expr::Select(select) => {
                let of = self.boxed(*select.operand)?;
                match select.test {
                    true => Node::Has { of, name: select.field },
                    false => Node::Field { of, name: select.field, optional: false },
                }
            }
            Expr::Call(call) => self.call(call)?,
            Expr::List(list) if list.optional_indices.is_empty() => Node::List(self.nodes(list.elements)?),
            Expr::Map(map) => {
                let mut entries = Vec::new();
                for entry in map.entries {
                    match entry.expr {
                        EntryExpr::MapEntry(entry) if !entry.optional => {
                            entries.push((self.node(entry.key)?, self.node(entry.value)?));
                        }
                        _ => return Err("optional entries are not known here".to_owned()),
                    }
                }
                Node::Map(entries)
            }
            Expr::Comprehension(comprehension) => self.comprehension(*comprehension)?,
            Expr::Struct(made) => return Err(format!("there is no type `{}`", made.type_name)),
            _ => return Err("it has a part that is not known here".to_owned()),
        };
        self.depth -= 1;
        Ok(node)
    }

    fn nodes(&mut self, expressions: Vec<IdedExpr>) -> Result<Vec<Node>, String> {
        expressions.into_iter().map(|expression| self.node(expression)).collect()
    }

    fn variable(&mut self, name: String) -> Result<Node, String> {
        if !self.bound.contains(&name) {
            if !VARIABLES.contains(&name.as_str()) {
                return Err(format!(
                    "`{name}` is not known; the object is `self`, its usage `metrics`, the time `now`"
                ));
            }
            self.metrics |= name == "metrics";
        }
        Ok(Node::Variable(name))
    }

    fn call(&mut self, call: CallExpr) -> Result<Node, String> {
        let name = call.func_name;
        if let Some(target) = call.target {
            // `optional.of(…)` is a function, not something called on a variable.
            if matches!(&target.expr, Expr::Ident(space) if space == "optional") {
                return self.function(&format!("optional.{name}"), false, call.args);
            }
            let mut args = vec![*target];
            args.extend(call.args);
            return self.function(&name, true, args);
        }
        let operator = Operator::of(&name);
        match (name.as_str(), <[IdedExpr; 2]>::try_from(call.args)) {
            (operators::LOGICAL_AND, Ok([left, right])) => {
                Ok(Node::And(self.boxed(left)?, self.boxed(right)?))
            }
            (operators::LOGICAL_OR, Ok([left, right])) => Ok(Node::Or(self.boxed(left)?, self.boxed(right)?)),
            (operators::INDEX | operators::OPT_INDEX, Ok([of, at])) => {
                let optional = name == operators::OPT_INDEX;
                Ok(Node::Index { of: self.boxed(of)?, at: self.boxed(at)?, optional })
            }
            (operators::OPT_SELECT, Ok([of, field])) => match field.expr {
                Expr::Literal(LiteralValue::String(name)) => {
                    Ok(Node::Field { of: self.boxed(of)?, name: name.into_inner(), optional: true })
                }
                _ => Err("`.?` takes the name of a field".to_owned()),
            },
            (_, Ok([left, right])) => match operator {
                Some(operator) => Ok(Node::Binary(operator, Box::new([self.node(left)?, self.node(right)?]))),
                None => self.function(&name, false, vec![left, right]),
            },
            (operators::CONDITIONAL, Err(args)) => match <[IdedExpr; 3]>::try_from(args) {
                Ok([test, yes, no]) => {
                    Ok(Node::Choice(Box::new([self.node(test)?, self.node(yes)?, self.node(no)?])))
                }
                Err(_) => Err("`? :` takes three parts".to_owned()),
            },
            (operators::LOGICAL_NOT | operators::NEGATE, Err(args)) => {
                let mut parts = self.nodes(args)?;
                let part = parts.pop().map(Box::new).ok_or("an operator stands alone")?;
                Ok(if name == operators::NEGATE { Node::Negate(part) } else { Node::Not(part) })
            }
            (_, Err(args)) => self.function(&name, false, args),
        }
    }

    fn function(&mut self, name: &str, on: bool, args: Vec<IdedExpr>) -> Result<Node, String> {
        let function = functions::find(name, on, args.len())?;
        let args = self.nodes(args)?;
        check_constants(function, &args)?;
        Ok(Node::Call { function, on, args })
    }

    /// The macro that a comprehension was written as.
    fn comprehension(&mut self, comprehension: ComprehensionExpr) -> Result<Node, String> {
        let over = self.node(comprehension.iter_range)?;
        let variable = comprehension.iter_var;
        self.bound.push(variable.clone());
        let counts = matches!(comprehension.result.expr, Expr::Call(_));
        let (test, kind) = match comprehension.loop_step.expr {
            Expr::Call(step) => self.step(step, counts)?,
            _ => return Err("it has a macro that is not known here".to_owned()),
        };
        self.bound.pop();
        Ok(Node::Loop(Box::new(Loop { over, variable, test, kind })))
    }

    fn step(&mut self, step: CallExpr, counts: bool) -> Result<(Option<Node>, LoopKind), String> {
        let unknown = || "it has a macro that is not known here".to_owned();
        let mut args = step.args.into_iter();
        match step.func_name.as_str() {
            operators::LOGICAL_OR => {
                Ok((Some(self.node(args.nth(1).ok_or_else(unknown)?)?), LoopKind::Exists))
            }
            operators::LOGICAL_AND => Ok((Some(self.node(args.nth(1).ok_or_else(unknown)?)?), LoopKind::All)),
            operators::ADD => Ok((None, LoopKind::Map(self.appended(args.nth(1).ok_or_else(unknown)?)?))),
            operators::CONDITIONAL => {
                let test = self.node(args.next().ok_or_else(unknown)?)?;
                if counts {
                    return Ok((Some(test), LoopKind::ExistsOne));
                }
                match args.next().map(|step| step.expr) {
                    Some(Expr::Call(add)) => {
                        let result = add.args.into_iter().nth(1).ok_or_else(unknown)?;
                        Ok((Some(test), LoopKind::Map(self.appended(result)?)))
                    }
                    _ => Err(unknown()),
                }
            }
            _ => Err(unknown()),
        }
    }

    /// What `map` and `filter` put into their list.
    fn appended(&mut self, list: IdedExpr) -> Result<Node, String> {
        match list.expr {
            Expr::List(list) => match list.elements.into_iter().next() {
                Some(element) => self.node(element),
                None => Err("a list is empty".to_owned()),
            },
            _ => Err("it has a macro that is not known here".to_owned()),
        }
    }
}

fn literal(value: LiteralValue) -> Result<Value<'static>, String> {
    Ok(match value {
        LiteralValue::Boolean(value) => Value::Bool(*value.inner()),
        LiteralValue::Int(value) => Value::Int(*value.inner()),
        LiteralValue::UInt(value) => {
            Value::Int(i64::try_from(*value.inner()).map_err(|_| "a number is too large".to_owned())?)
        }
        LiteralValue::Double(value) => Value::Double(*value.inner()),
        LiteralValue::String(value) => Value::Text(Cow::Owned(value.inner().to_owned())),
        LiteralValue::Null => Value::Null,
        LiteralValue::Bytes(_) => return Err("bytes are not known here".to_owned()),
    })
}

/// A constant that can never be right is told before anything is read.
fn check_constants(function: &Function, args: &[Node]) -> Result<(), String> {
    let constant = match (function.reads_constant, args) {
        (Some(at), args) => args.get(at),
        (None, _) => None,
    };
    match constant {
        Some(Node::Literal(Value::Text(text))) => functions::check_constant(function.name, text),
        _ => Ok(()),
    }
}
