#ifndef NNET_UPSAMPLE_BILINEAR_H_
#define NNET_UPSAMPLE_BILINEAR_H_

#include "platform.h"

namespace nnet {

// Along an axis result i lies between two positions: the later one is step / FACTOR, where step = i + delay, the earlier
// one before it; beyond the ends both are the outermost one. Their weights sum to `scale`.
template <unsigned FACTOR> struct blend {
    static const unsigned delay = FACTOR / 2;
    static const unsigned scale = FACTOR > 1 ? 2 * FACTOR : 1;

    static unsigned later_weight(unsigned step) {
        HLS_PRAGMA(INLINE)
        return FACTOR > 1 ? 2 * (step % FACTOR) + 1 : 1;
    }
};

// The exact weighted sum of four positions at a step of each axis; the scales are in the binary point of res_T.
template <class res_T, typename CONFIG_T, class data_T>
res_T blended(unsigned row, unsigned column, const data_T &above_left, const data_T &above_right,
              const data_T &below_left, const data_T &below_right) {
    HLS_PRAGMA(INLINE)
    typedef blend<CONFIG_T::factor_rows> rows;
    typedef blend<CONFIG_T::factor_columns> columns;
    typedef ap_int<fixed_traits<res_T>::width + 2> integer_t;
    const unsigned below = rows::later_weight(row);
    const unsigned right = columns::later_weight(column);
    const unsigned above = rows::scale - below;
    const unsigned left = columns::scale - right;
    integer_t sum = 0;
    sum += integer_t(above * left) * integer_t(to_raw(above_left));
    sum += integer_t(above * right) * integer_t(to_raw(above_right));
    sum += integer_t(below * left) * integer_t(to_raw(below_left));
    sum += integer_t(below * right) * integer_t(to_raw(below_right));
    return from_raw<res_T>(sum);
}

// Every position as a rectangle of factor_rows by factor_columns results, each between the four positions around it.
template <class data_T, class res_T, typename CONFIG_T>
void upsample_bilinear(const data_T data[CONFIG_T::n_rows * CONFIG_T::n_columns * CONFIG_T::n_channels],
                       res_T res[CONFIG_T::n_rows * CONFIG_T::factor_rows * CONFIG_T::n_columns *
                                 CONFIG_T::factor_columns * CONFIG_T::n_channels]) {
    HLS_PRAGMA(PIPELINE II=1)
    static const unsigned channels = CONFIG_T::n_channels;
    static const unsigned out_columns = CONFIG_T::n_columns * CONFIG_T::factor_columns;
    for (unsigned row = 0; row < CONFIG_T::n_rows * CONFIG_T::factor_rows; row++) {
        HLS_PRAGMA(UNROLL)
        const unsigned down = row + blend<CONFIG_T::factor_rows>::delay;
        const unsigned y = down / CONFIG_T::factor_rows;
        const unsigned above = y > 0 ? y - 1 : 0;
        const unsigned below = y < CONFIG_T::n_rows ? y : CONFIG_T::n_rows - 1;
        for (unsigned column = 0; column < out_columns; column++) {
            HLS_PRAGMA(UNROLL)
            const unsigned along = column + blend<CONFIG_T::factor_columns>::delay;
            const unsigned x = along / CONFIG_T::factor_columns;
            const unsigned left = x > 0 ? x - 1 : 0;
            const unsigned right = x < CONFIG_T::n_columns ? x : CONFIG_T::n_columns - 1;
            for (unsigned c = 0; c < channels; c++) {
                HLS_PRAGMA(UNROLL)
                res[(row * out_columns + column) * channels + c] = blended<res_T, CONFIG_T>(
                    down, along, data[(above * CONFIG_T::n_columns + left) * channels + c],
                    data[(above * CONFIG_T::n_columns + right) * channels + c],
                    data[(below * CONFIG_T::n_columns + left) * channels + c],
                    data[(below * CONFIG_T::n_columns + right) * channels + c]);
            }
        }
    }
}

} // namespace nnet

#endif
