//! Quantiles of the gamma distribution.

/// The probability below the upper bound; below the lower one it is the rest to 1.
const UPPER: f64 = 0.975;
/// The standard normal quantile of [`UPPER`].
const NORMAL: f64 = 1.959_963_984_540_054;
/// Halley's method triples the digits with each step, so that four or five are enough.
const STEPS_MAX: usize = 16;
/// After a step this small, relative to the quantile, another would only follow rounding errors.
const STEP_MIN: f64 = 1e-10;
/// A term or factor that changes its sum or product by less, relatively, is the last.
const PRECISION: f64 = 1e-15;
/// Terms of the series and the fraction: they need some 8 √shape, 27,000 at a shape of 1e7.
const TERMS_MAX: usize = 100_000;

/// The 2.5 % and 97.5 % quantiles of the gamma distribution with `shape` and rate 1.
///
/// `shape` must be at least 1; relative error below 1e-8 up to 1e7. Costs some 16 √shape divisions.
pub(super) fn central_95(shape: f64) -> (f64, f64) {
    (quantile(shape, 1.0 - UPPER, -NORMAL), quantile(shape, UPPER, NORMAL))
}

/// From the cube of Wilson and Hilferty (1931), onwards with Halley's method.
fn quantile(shape: f64, probability: f64, normal: f64) -> f64 {
    let start = 1.0 - 1.0 / (9.0 * shape) + normal / (3.0 * shape.sqrt());
    let mut x = shape * start.powi(3);
    for _ in 0..STEPS_MAX {
        let density = density(shape, x);
        let newton = (mass_before(shape, x, density) - probability) / density;
        let bend = ((shape - 1.0) / x - 1.0) / 2.0;
        let step = newton / (1.0 - newton * bend).max(0.5);
        // Never past 0, where no quantile lies.
        x = (x - step).max(x / 8.0);
        if step.abs() < x * STEP_MIN {
            break;
        }
    }
    x
}

fn density(shape: f64, x: f64) -> f64 {
    ((shape - 1.0) * x.ln() - x - ln_gamma(shape)).exp()
}

/// The regularised lower incomplete gamma function: by its power series up to the mean, by
/// Legendre's continued fraction of the upper one after it.
fn mass_before(shape: f64, x: f64, density: f64) -> f64 {
    if x < shape + 1.0 {
        density * x * series(shape, x)
    } else {
        1.0 - density * x * fraction(shape, x)
    }
}

/// Σ xⁿ / (a (a + 1) … (a + n)).
fn series(shape: f64, x: f64) -> f64 {
    let mut term = shape.recip();
    let mut sum = term;
    for n in 1..TERMS_MAX {
        term *= x / (shape + n as f64);
        sum += term;
        if term < sum * PRECISION {
            break;
        }
    }
    sum
}

/// 1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - 2 (2 - a) / (x + 5 - a - …))), from its head on by
/// Lentz's method (1976).
fn fraction(shape: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - shape;
    let (mut c, mut d) = (f64::MAX, b.recip());
    let mut value = d;
    for n in 1..TERMS_MAX {
        let a = n as f64 * (shape - n as f64);
        b += 2.0;
        d = (b + a * d).recip();
        c = b + a / c;
        value *= c * d;
        if (c * d - 1.0).abs() < PRECISION {
            break;
        }
    }
    value
}

/// ln Γ: Stirling's series from 16 on, where four terms leave 1e-14, and Γ(a + 1) = a Γ(a) below.
fn ln_gamma(shape: f64) -> f64 {
    const ENOUGH: f64 = 16.0;
    let (mut a, mut below) = (shape, 1.0);
    while a < ENOUGH {
        below *= a;
        a += 1.0;
    }
    let (inverse, square) = (a.recip(), a.powi(-2));
    let series =
        inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0)));
    (a - 0.5) * a.ln() - a + std::f64::consts::TAU.ln() / 2.0 + series - below.ln()
}
