//! Least squares with coefficients that cannot be negative, or in logarithms.

use serde::{Deserialize, Serialize};

/// How the sum of the terms becomes the figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// The sum is the figure; no coefficient is negative, so more of anything never costs less.
    Linear,
    /// The sum is the figure's natural logarithm.
    Log,
    /// The one coefficient is how much of the one term passes between two registers.
    Stages,
}

/// Fits coefficients so that the relative errors are small; rows with a figure of zero count as one.
///
/// All rows have the same number of terms. A little ridge keeps terms that always go together apart: of the
/// mean of the diagonal a thousand millionth, and a ten thousandth in logarithms and for stages.
#[must_use]
pub fn fit(link: Link, rows: &[Vec<f64>], figures: &[f64]) -> Vec<f64> {
    let Some(width) = rows.first().map(Vec::len) else { return Vec::new() };
    let mut scale = vec![0.0_f64; width];
    for row in rows {
        for (scale, value) in scale.iter_mut().zip(row) {
            *scale = scale.max(value.abs());
        }
    }
    scale.iter_mut().filter(|scale| **scale == 0.0).for_each(|scale| *scale = 1.0);
    let mut normal = vec![vec![0.0; width]; width];
    let mut right = vec![0.0; width];
    for (row, &figure) in rows.iter().zip(figures) {
        let (target, weight) = match link {
            Link::Linear => (figure, figure.max(1.0).powi(-2)),
            Link::Log | Link::Stages => (figure.max(1.0).ln(), 1.0),
        };
        for i in 0..width {
            let left = weight * row[i] / scale[i];
            right[i] += left * target;
            for j in 0..width {
                normal[i][j] += left * row[j] / scale[j];
            }
        }
    }
    let ridge = match link {
        Link::Linear => 1e-9,
        Link::Log | Link::Stages => 1e-4,
    };
    let trace: f64 = (0..width).map(|i| normal[i][i]).sum();
    for (i, row) in normal.iter_mut().enumerate() {
        row[i] += ridge * trace / width as f64 + f64::MIN_POSITIVE;
    }
    let solution = match link {
        Link::Linear => nonnegative(&normal, &right),
        Link::Log | Link::Stages => solve(normal, right),
    };
    solution.iter().zip(&scale).map(|(value, scale)| value / scale).collect()
}

/// The figure of one row of terms.
#[must_use]
pub fn predict(link: Link, coefficients: &[f64], terms: &[f64]) -> f64 {
    let sum: f64 = coefficients.iter().zip(terms).map(|(coefficient, term)| coefficient * term).sum();
    match link {
        Link::Linear => sum.max(0.0),
        // Far outside of what was fitted, an exponential must not leave every bound.
        Link::Log => sum.clamp(0.0, 30.0).exp(),
        Link::Stages => 0.0,
    }
}

/// Gaussian elimination with the largest pivot; a column without one gets the coefficient zero.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let n = right.len();
    for column in 0..n {
        let pivot = (column..n).max_by(|&a, &b| matrix[a][column].abs().total_cmp(&matrix[b][column].abs()));
        let Some(pivot) = pivot.filter(|&pivot| matrix[pivot][column].abs() > 1e-300) else { continue };
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        for row in column + 1..n {
            let factor = matrix[row][column] / matrix[column][column];
            let (above, below) = matrix.split_at_mut(row);
            for (value, upper) in below[0].iter_mut().zip(&above[column]) {
                *value -= factor * upper;
            }
            right[row] -= factor * right[column];
        }
    }
    let mut solution = vec![0.0; n];
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n).map(|column| matrix[row][column] * solution[column]).sum();
        let diagonal = matrix[row][row];
        solution[row] = if diagonal.abs() > 1e-300 { (right[row] - known) / diagonal } else { 0.0 };
    }
    solution
}

/// The best coefficients of which none is negative: the terms that would be negative are left out one by one, the worst
/// first, and come back where they help again.
fn nonnegative(matrix: &[Vec<f64>], right: &[f64]) -> Vec<f64> {
    let n = right.len();
    let mut used = vec![false; n];
    let mut solution = vec![0.0; n];
    // The active-set method of Lawson and Hanson; it ends, and far below this number of steps.
    for _ in 0..20 * n {
        let gradient =
            |i: usize, solution: &[f64]| right[i] - matrix[i].iter().zip(solution).map(|(a, x)| a * x).sum::<f64>();
        let best = (0..n)
            .filter(|&i| !used[i])
            .map(|i| (i, gradient(i, &solution)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .filter(|(i, gradient)| *gradient > 1e-10 * (right[*i].abs() + 1e-30));
        let Some((best, _)) = best else { break };
        used[best] = true;
        loop {
            let indices: Vec<usize> = (0..n).filter(|&i| used[i]).collect();
            let part = indices.iter().map(|&i| indices.iter().map(|&j| matrix[i][j]).collect()).collect();
            let wanted = solve(part, indices.iter().map(|&i| right[i]).collect());
            let blocked = indices
                .iter()
                .zip(&wanted)
                .filter(|(_, wanted)| **wanted <= 0.0)
                .map(|(&i, wanted)| (i, solution[i] / (solution[i] - wanted).max(1e-300)))
                .min_by(|a, b| a.1.total_cmp(&b.1));
            let step = blocked.map_or(1.0, |(_, step)| step.clamp(0.0, 1.0));
            for (&i, wanted) in indices.iter().zip(&wanted) {
                solution[i] += step * (wanted - solution[i]);
            }
            let Some((blocked, _)) = blocked else { break };
            used[blocked] = false;
            solution[blocked] = 0.0;
        }
    }
    solution
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_law_is_found() {
        let rows: Vec<Vec<f64>> = (1..20).map(|i| vec![1.0, f64::from(i), f64::from(i * i % 7)]).collect();
        let figures: Vec<f64> = rows.iter().map(|row| 5.0 + 3.0 * row[1] + 0.5 * row[2]).collect();
        let found = fit(Link::Linear, &rows, &figures);
        for (found, truth) in found.iter().zip([5.0, 3.0, 0.5]) {
            assert!((found - truth).abs() < 1e-3, "{found} for {truth}");
        }
        let powers: Vec<Vec<f64>> = (1..20).map(|i| vec![1.0, f64::from(i).ln()]).collect();
        let figures: Vec<f64> = (1..20).map(|i| 7.0 * f64::from(i).powf(1.5)).collect();
        let found = fit(Link::Log, &powers, &figures);
        assert!((predict(Link::Log, &found, &[1.0, 10.0_f64.ln()]) / (7.0 * 10.0_f64.powf(1.5)) - 1.0).abs() < 0.01);
    }

    #[test]
    fn no_coefficient_of_a_linear_fit_is_negative() {
        let rows: Vec<Vec<f64>> = (1..20).map(|i| vec![1.0, f64::from(i), f64::from(i).sqrt()]).collect();
        let figures: Vec<f64> = rows.iter().map(|row| 100.0 + 3.0 * row[1] - 2.0 * row[2]).collect();
        let found = fit(Link::Linear, &rows, &figures);
        assert!(found.iter().all(|&value| value >= 0.0), "{found:?}");
        assert!((predict(Link::Linear, &found, &rows[9]) / figures[9] - 1.0).abs() < 0.1, "{found:?}");
    }

    #[test]
    fn degenerate_rows_give_finite_coefficients() {
        assert!(fit(Link::Linear, &[], &[]).is_empty());
        for link in [Link::Linear, Link::Log] {
            let found = fit(link, &[vec![0.0, 1.0], vec![0.0, 1.0]], &[0.0, 4.0]);
            assert!(found.iter().all(|value| value.is_finite()), "{found:?}");
        }
    }
}
