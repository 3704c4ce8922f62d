//! Expressions taken apart: what must be there for a comparison to be made at all.

use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::token::{T_LOR, T_LUNLESS};
use promql_parser::parser::{self, BinModifier, BinaryExpr, Expr, VectorSelector};

/// Reads an expression.
///
/// # Errors
/// Why it is none.
pub fn read(text: &str) -> Result<Expr, String> {
    parser::parse(text).map_err(|error| format!("{text}: {error}"))
}

/// The expressions that must all have an answer for `expr` to be able to have one. A comparison
/// that filters says 0 or 1 instead, so that what it joins is still joined; the sides of `or` and
/// `unless`, and what is asked to be absent, are asked for one by one.
pub fn parts(expr: &Expr) -> Vec<Expr> {
    match expr {
        Expr::Paren(paren) => parts(&paren.expr),
        Expr::Call(call) if call.func.name.starts_with("absent") => {
            call.args.first().into_iter().flat_map(|inside| parts(&inside)).collect()
        }
        Expr::Binary(it) if [T_LOR, T_LUNLESS].contains(&it.op.id()) => {
            parts(&it.lhs).into_iter().chain(parts(&it.rhs)).collect()
        }
        Expr::Binary(it) if it.op.is_set_operator() => {
            let (mut left, mut right) = (parts(&it.lhs), parts(&it.rhs));
            if let ([_], [_]) = (&*left, &*right) {
                let (lhs, rhs) =
                    (Box::new(paren(left.remove(0))), Box::new(paren(right.remove(0))));
                return vec![Expr::Binary(BinaryExpr { lhs, rhs, ..it.clone() })];
            }
            left.into_iter().chain(right).collect()
        }
        expr => vec![unfiltered(expr.clone())],
    }
}

/// Whether a comparison, `unless` or `and` anywhere may leave nothing.
pub fn filters(expr: &Expr) -> bool {
    let mut found = false;
    walk(&mut expr.clone(), &mut |expr| {
        if let Expr::Binary(it) = expr {
            let compares = it.op.is_comparison_operator() && !it.return_bool();
            found |= compares || it.op.is_set_operator();
        }
        found |= matches!(expr, Expr::Call(call) if call.func.name.starts_with("absent"));
    });
    found
}

/// The expression with no comparison that leaves series out, and nothing taken away by `unless`.
fn unfiltered(mut expr: Expr) -> Expr {
    walk(&mut expr, &mut |expr| {
        let Expr::Binary(it) = expr else { return };
        if it.op.id() == T_LUNLESS {
            *expr = (*it.lhs).clone();
        } else if it.op.is_comparison_operator() {
            let modifier = it.modifier.clone().unwrap_or_else(BinModifier::default);
            it.modifier = Some(modifier.with_return_bool(true));
        }
    });
    expr
}

/// The expression with every offset taken out: of a service that has only begun.
pub fn without_offsets(mut expr: Expr) -> Expr {
    walk(&mut expr, &mut |expr| match expr {
        Expr::VectorSelector(selector) => selector.offset = None,
        Expr::MatrixSelector(selector) => selector.vs.offset = None,
        Expr::Subquery(subquery) => subquery.offset = None,
        _ => {}
    });
    expr
}

/// The expression of the series that one instance has. What a rule records has no instance.
pub fn of_instance(mut expr: Expr, instance: &str) -> Expr {
    let narrow = |it: &mut VectorSelector| {
        if !it.name.as_deref().is_some_and(|name| name.contains(':')) {
            it.matchers.matchers.push(Matcher::new(MatchOp::Equal, "instance", instance));
        }
    };
    walk(&mut expr, &mut |expr| match expr {
        Expr::VectorSelector(selector) => narrow(selector),
        Expr::MatrixSelector(selector) => narrow(&mut selector.vs),
        _ => {}
    });
    expr
}

/// Every selector of series.
pub fn selectors(expr: &Expr) -> Vec<VectorSelector> {
    let mut all = Vec::new();
    walk(&mut expr.clone(), &mut |expr| match expr {
        Expr::VectorSelector(selector) => all.push(selector.clone()),
        Expr::MatrixSelector(selector) => all.push(selector.vs.clone()),
        _ => {}
    });
    all
}

fn paren(expr: Expr) -> Expr {
    Expr::Paren(parser::ParenExpr { expr: Box::new(expr) })
}

/// Visits each expression, the inner ones first.
fn walk(expr: &mut Expr, visit: &mut impl FnMut(&mut Expr)) {
    match expr {
        Expr::Aggregate(it) => {
            walk(&mut it.expr, visit);
            if let Some(param) = &mut it.param {
                walk(param, visit);
            }
        }
        Expr::Unary(it) => walk(&mut it.expr, visit),
        Expr::Binary(it) => {
            walk(&mut it.lhs, visit);
            walk(&mut it.rhs, visit);
        }
        Expr::Paren(it) => walk(&mut it.expr, visit),
        Expr::Subquery(it) => walk(&mut it.expr, visit),
        Expr::Call(it) => it.args.args.iter_mut().for_each(|inside| walk(inside, visit)),
        _ => {}
    }
    visit(expr);
}
