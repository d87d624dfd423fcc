#ifndef NNET_WINDOWS_H_
#define NNET_WINDOWS_H_

#include "platform.h"

namespace nnet {

// A window over rows and columns of positions with channels, for any kernel that works on what a window sees.
//
// The elements of a window lie group by group: first the group, then the position row by row, then the group's channels.
template <typename CONFIG_T> struct window {
    static const unsigned taps = CONFIG_T::window_rows * CONFIG_T::window_columns;
    static const unsigned channels = CONFIG_T::n_channels / CONFIG_T::groups;
    static const unsigned size = taps * CONFIG_T::n_channels;
    static const unsigned positions = CONFIG_T::out_rows * CONFIG_T::out_columns;
    static const int before_rows = CONFIG_T::before_rows;
    static const int before_columns = CONFIG_T::before_columns;

    static unsigned element(unsigned tap, unsigned channel) {
        HLS_PRAGMA(INLINE)
        return channel / channels * (taps * channels) + tap * channels + channel % channels;
    }

    // What lies between the positions of the input and around them.
    template <class data_T> static data_T padding() {
        HLS_PRAGMA(INLINE)
        return from_raw<data_T>(CONFIG_T::padding);
    }
};

// Whether place `at` of an axis is one of n that are `stride` apart from 0 on.
inline bool is_place(int at, unsigned stride, unsigned n) {
    HLS_PRAGMA(INLINE)
    return at >= 0 && unsigned(at) % stride == 0 && unsigned(at) / stride < n;
}

// CONFIG_T::kernel at one place. It is given the window, how many of its positions are the input's, and where its results
// go.
template <class data_T, class res_T, typename CONFIG_T, class... arrays_T>
void window_place(const data_T data[CONFIG_T::n_rows * CONFIG_T::n_columns * CONFIG_T::n_channels],
                  res_T res[window<CONFIG_T>::positions * CONFIG_T::n_out], unsigned place, const arrays_T *...arrays) {
    HLS_PRAGMA(INLINE)
    typedef window<CONFIG_T> window_t;
    const unsigned row = place / CONFIG_T::out_columns;
    const unsigned column = place % CONFIG_T::out_columns;
    data_T seen[window_t::size];
    HLS_PRAGMA(ARRAY_PARTITION variable=seen complete)
    unsigned valid = 0;
    HLS_LABEL(Rows)
    for (unsigned i = 0; i < CONFIG_T::window_rows; i++) {
        HLS_PRAGMA(UNROLL)
        const int y = int(row * CONFIG_T::stride_rows + i * CONFIG_T::dilation_rows) - window_t::before_rows;
        HLS_LABEL(Columns)
        for (unsigned j = 0; j < CONFIG_T::window_columns; j++) {
            HLS_PRAGMA(UNROLL)
            const int x = int(column * CONFIG_T::stride_columns + j * CONFIG_T::dilation_columns) - window_t::before_columns;
            const bool inside = is_place(y, CONFIG_T::spread_rows, CONFIG_T::n_rows) &&
                                is_place(x, CONFIG_T::spread_columns, CONFIG_T::n_columns);
            const unsigned position =
                inside ? unsigned(y) / CONFIG_T::spread_rows * CONFIG_T::n_columns + unsigned(x) / CONFIG_T::spread_columns : 0;
            valid += inside;
            HLS_LABEL(Channels)
            for (unsigned c = 0; c < CONFIG_T::n_channels; c++) {
                HLS_PRAGMA(UNROLL)
                data_T value = window_t::template padding<data_T>();
                if (inside)
                    value = data[position * CONFIG_T::n_channels + c];
                seen[window_t::element(i * CONFIG_T::window_columns + j, c)] = value;
            }
        }
    }
    CONFIG_T::kernel::template run<data_T, res_T, CONFIG_T>(seen, valid, res + place * CONFIG_T::n_out, arrays...);
}

// Every place of the window, parallelization_factor places at once, the next ones every `interval` clocks.
template <class data_T, class res_T, typename CONFIG_T, class... arrays_T>
void windows(const data_T data[CONFIG_T::n_rows * CONFIG_T::n_columns * CONFIG_T::n_channels],
             res_T res[window<CONFIG_T>::positions * CONFIG_T::n_out], const arrays_T *...arrays) {
    HLS_LABEL(Places)
    for (unsigned first = 0; first < window<CONFIG_T>::positions; first += CONFIG_T::parallelization_factor) {
        HLS_PRAGMA(PIPELINE II=CONFIG_T::interval)
        HLS_LABEL(AtOnce)
        for (unsigned k = 0; k < CONFIG_T::parallelization_factor; k++) {
            HLS_PRAGMA(UNROLL)
            if (first + k < window<CONFIG_T>::positions)
                window_place<data_T, res_T, CONFIG_T>(data, res, first + k, arrays...);
        }
    }
}

// The same for a kernel with loops of its own, which a pipeline around them would unroll.
template <class data_T, class res_T, typename CONFIG_T, class... arrays_T>
void windows_resource(const data_T data[CONFIG_T::n_rows * CONFIG_T::n_columns * CONFIG_T::n_channels],
                      res_T res[window<CONFIG_T>::positions * CONFIG_T::n_out], const arrays_T *...arrays) {
    HLS_LABEL(Places)
    for (unsigned first = 0; first < window<CONFIG_T>::positions; first += CONFIG_T::parallelization_factor) {
        HLS_LABEL(AtOnce)
        for (unsigned k = 0; k < CONFIG_T::parallelization_factor; k++) {
            HLS_PRAGMA(UNROLL)
            if (first + k < window<CONFIG_T>::positions)
                window_place<data_T, res_T, CONFIG_T>(data, res, first + k, arrays...);
        }
    }
}

} // namespace nnet

#endif
