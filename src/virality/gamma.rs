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
/// From this shape on the cube of Wilson and Hilferty is off by less than 5e-10 by itself.
const CUBE_SHAPE_MIN: f64 = 1e5;
/// Terms of the series and the fraction: they need some 8 √shape, 2,600 below [`CUBE_SHAPE_MIN`].
const TERMS_MAX: usize = 10_000;

/// The 2.5 % and 97.5 % quantiles of the gamma distribution with `shape` and rate 1.
///
/// `shape` must be at least 1. Relative error below 1e-9.
pub(super) fn central_95(shape: f64) -> (f64, f64) {
    (quantile(shape, 1.0 - UPPER, -NORMAL), quantile(shape, UPPER, NORMAL))
}

/// From the cube of Wilson and Hilferty (1931), onwards with Halley's method.
fn quantile(shape: f64, probability: f64, normal: f64) -> f64 {
    let start = 1.0 - 1.0 / (9.0 * shape) + normal / (3.0 * shape.sqrt());
    let mut x = shape * start.powi(3);
    if shape >= CUBE_SHAPE_MIN {
        return x;
    }
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
    let mut whole = x + 1.0 - shape;
    let (mut c, mut d) = (f64::MAX, whole.recip());
    let mut value = d;
    for n in 1..TERMS_MAX {
        let part = n as f64 * (shape - n as f64);
        whole += 2.0;
        d = (whole + part * d).recip();
        c = whole + part / c;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_near(value: f64, expected: f64, tolerance: f64) {
        let error = (value / expected - 1.0).abs();
        assert!(error < tolerance, "{value}, not {expected}: off by {error:e}");
    }

    #[test]
    fn quantiles_are_half_those_of_published_chi_square_tables() {
        let tables = [
            (2, 0.050_636, 7.377_76),
            (3, 0.215_80, 9.348_40),
            (4, 0.484_42, 11.143_29),
            (10, 3.246_97, 20.483_18),
            (30, 16.790_77, 46.979_24),
            (100, 74.221_93, 129.561_20),
        ];
        for (degrees, lower, upper) in tables {
            let told = central_95(f64::from(degrees) / 2.0);
            assert!((2.0 * told.0 - lower).abs() < 1e-5, "{degrees}: {told:?}");
            assert!((2.0 * told.1 - upper).abs() < 1e-5, "{degrees}: {told:?}");
        }
    }

    /// References worked out with forty digits.
    #[test]
    fn quantiles_are_exact_to_nine_digits_from_one_to_ten_million() {
        let references = [
            (1.0, 0.025_317_807_984_289_9, 3.688_879_454_113_94),
            (1.5, 0.107_897_641_311_949, 4.674_201_802_248_07),
            (2.0, 0.242_209_278_543_965, 5.571_643_390_938_9),
            (5.0, 1.623_486_390_118_42, 10.241_588_675_403_7),
            (10.0, 4.795_388_696_132_43, 17.084_803_451_419_2),
            (16.0, 9.145_382_453_641_52, 24.740_218_871_485_8),
            (17.25, 10.093_691_474_448_1, 26.292_553_615_895_2),
            (50.0, 37.110_963_737_461_9, 64.780_598_592_918_3),
            (1000.0, 938.973_018_407_695, 1_062.921_151_224_89),
            (12_345.5, 12_128.676_497_872_4, 12_564.217_796_975_5),
            (99_999.0, 99_380.155_762_730_4, 100_619.738_541_788),
            (1e5, 99_381.152_663_744_7, 100_620.741_640_774),
            (1e6, 998_040.983_340_294, 1_001_960.910_965_45),
            (1e7, 9_993_802.996_884_27, 10_006_198.897_421_6),
        ];
        for (shape, lower, upper) in references {
            let told = central_95(shape);
            assert_near(told.0, lower, 1e-9);
            assert_near(told.1, upper, 1e-9);
        }
    }

    /// A gamma of whole shape is below x just when a Poisson of mean x reaches the shape.
    #[test]
    fn quantiles_leave_a_fortieth_on_each_side() {
        let reached = |shape: u32, mean: f64| {
            let (mut term, mut below) = ((-mean).exp(), 0.0);
            for n in 0..shape {
                below += term;
                term *= mean / f64::from(n + 1);
            }
            1.0 - below
        };
        for shape in 1..=400 {
            let (lower, upper) = central_95(f64::from(shape));
            assert_near(reached(shape, lower), 0.025, 1e-9);
            assert_near(reached(shape, upper), 0.975, 1e-11);
        }
    }

    #[test]
    fn ln_gamma_is_the_factorial() {
        let mut factorial = 1.0_f64;
        for n in 1..100 {
            let told = ln_gamma(f64::from(n));
            assert!((told - factorial.ln()).abs() < 1e-12 * told.max(1.0), "{n}: {told}");
            factorial *= f64::from(n);
        }
    }
}
