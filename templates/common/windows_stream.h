#ifndef NNET_WINDOWS_STREAM_H_
#define NNET_WINDOWS_STREAM_H_

#include "stream.h"
#include "windows.h"

namespace nnet {

// What a walk over the input and its padding keeps. Of the rows under the window all but the last are in line buffers, a
// memory each; the columns under the window are in registers.
//
// A step takes a column out of the line buffers, puts the new position under it and moves the window on by one.
template <class data_T, typename CONFIG_T> struct covered {
    typedef window<CONFIG_T> window_t;
    static const unsigned channels = CONFIG_T::n_channels;
    static const unsigned height = (CONFIG_T::window_rows - 1) * CONFIG_T::dilation_rows + 1;
    static const unsigned width = (CONFIG_T::window_columns - 1) * CONFIG_T::dilation_columns + 1;
    // Padding is before the first position, or positions are cut off there.
    static const int padded_rows = window_t::before_rows > 0 ? window_t::before_rows : 0;
    static const int padded_columns = window_t::before_columns > 0 ? window_t::before_columns : 0;
    static const int cut_rows = padded_rows - window_t::before_rows;
    static const int cut_columns = padded_columns - window_t::before_columns;
};

template <class data_T, class res_T, typename CONFIG_T, unsigned IN, unsigned OUT, class... arrays_T>
void window_step(unsigned row, unsigned column, hls::stream<array<data_T, IN> > &data, hls::stream<array<res_T, OUT> > &res,
                 data_T lines[covered<data_T, CONFIG_T>::height][CONFIG_T::walk_columns][CONFIG_T::n_channels],
                 data_T under[covered<data_T, CONFIG_T>::height][covered<data_T, CONFIG_T>::width][CONFIG_T::n_channels],
                 const arrays_T *...arrays) {
    HLS_PRAGMA(INLINE)
    typedef window<CONFIG_T> window_t;
    typedef covered<data_T, CONFIG_T> covered_t;

    data_T position[CONFIG_T::n_channels];
    HLS_PRAGMA(ARRAY_PARTITION variable=position complete)
    if (is_place(int(row) - covered_t::padded_rows, CONFIG_T::spread_rows, CONFIG_T::n_rows) &&
        is_place(int(column) - covered_t::padded_columns, CONFIG_T::spread_columns, CONFIG_T::n_columns)) {
        read_stream<CONFIG_T::n_channels / IN>(data, position);
    } else {
        HLS_LABEL(Padding)
        for (unsigned c = 0; c < CONFIG_T::n_channels; c++) {
            HLS_PRAGMA(UNROLL)
            position[c] = window_t::template padding<data_T>();
        }
    }

    HLS_LABEL(Move)
    for (unsigned c = 0; c < CONFIG_T::n_channels; c++) {
        HLS_PRAGMA(UNROLL)
        for (unsigned i = 0; i < covered_t::height; i++) {
            HLS_PRAGMA(UNROLL)
            const data_T value = i + 1 < covered_t::height ? lines[i][column][c] : position[c];
            for (unsigned j = 0; j + 1 < covered_t::width; j++) {
                HLS_PRAGMA(UNROLL)
                under[i][j][c] = under[i][j + 1][c];
            }
            under[i][covered_t::width - 1][c] = value;
            if (i > 0)
                lines[i - 1][column][c] = value;
        }
    }

    // The place whose last position has just come.
    const int down = int(row) - int(covered_t::height - 1) - covered_t::cut_rows;
    const int along = int(column) - int(covered_t::width - 1) - covered_t::cut_columns;
    if (is_place(down, CONFIG_T::stride_rows, CONFIG_T::out_rows) &&
        is_place(along, CONFIG_T::stride_columns, CONFIG_T::out_columns)) {
        data_T seen[window_t::size];
        HLS_PRAGMA(ARRAY_PARTITION variable=seen complete)
        unsigned valid = 0;
        HLS_LABEL(Rows)
        for (unsigned i = 0; i < CONFIG_T::window_rows; i++) {
            HLS_PRAGMA(UNROLL)
            const int y = down + int(i * CONFIG_T::dilation_rows) - window_t::before_rows;
            HLS_LABEL(Columns)
            for (unsigned j = 0; j < CONFIG_T::window_columns; j++) {
                HLS_PRAGMA(UNROLL)
                const int x = along + int(j * CONFIG_T::dilation_columns) - window_t::before_columns;
                valid += is_place(y, CONFIG_T::spread_rows, CONFIG_T::n_rows) &&
                         is_place(x, CONFIG_T::spread_columns, CONFIG_T::n_columns);
                HLS_LABEL(Channels)
                for (unsigned c = 0; c < CONFIG_T::n_channels; c++) {
                    HLS_PRAGMA(UNROLL)
                    seen[window_t::element(i * CONFIG_T::window_columns + j, c)] =
                        under[i * CONFIG_T::dilation_rows][j * CONFIG_T::dilation_columns][c];
                }
            }
        }
        res_T result[CONFIG_T::n_out];
        HLS_PRAGMA(ARRAY_PARTITION variable=result complete)
        CONFIG_T::kernel::template run<data_T, res_T, CONFIG_T>(seen, valid, result, arrays...);
        write_stream<CONFIG_T::n_out / OUT>(result, res);
    }
}

// As windows, one position after the other, a step every `interval` clocks.
template <class data_T, class res_T, typename CONFIG_T, unsigned IN, unsigned OUT, class... arrays_T>
void windows_stream(hls::stream<array<data_T, IN> > &data, hls::stream<array<res_T, OUT> > &res,
                    const arrays_T *...arrays) {
    typedef covered<data_T, CONFIG_T> covered_t;
    // The last of the rows is never read: it is there so that no array is empty.
    static data_T lines[covered_t::height][CONFIG_T::walk_columns][CONFIG_T::n_channels];
    HLS_PRAGMA(ARRAY_PARTITION variable=lines complete dim=1)
    HLS_PRAGMA(ARRAY_PARTITION variable=lines complete dim=3)
    static data_T under[covered_t::height][covered_t::width][CONFIG_T::n_channels];
    HLS_PRAGMA(ARRAY_PARTITION variable=under complete dim=0)

    HLS_LABEL(WalkRows)
    for (unsigned row = 0; row < CONFIG_T::walk_rows; row++) {
        HLS_LABEL(WalkColumns)
        for (unsigned column = 0; column < CONFIG_T::walk_columns; column++) {
            HLS_PRAGMA(PIPELINE II=CONFIG_T::interval)
            // A step writes the column that it has read; the next one reads another.
            HLS_PRAGMA(DEPENDENCE variable=lines inter false)
            window_step<data_T, res_T, CONFIG_T>(row, column, data, res, lines, under, arrays...);
        }
    }
}

// The same for a kernel with loops of its own, which a pipeline around them would unroll.
template <class data_T, class res_T, typename CONFIG_T, unsigned IN, unsigned OUT, class... arrays_T>
void windows_resource_stream(hls::stream<array<data_T, IN> > &data, hls::stream<array<res_T, OUT> > &res,
                             const arrays_T *...arrays) {
    typedef covered<data_T, CONFIG_T> covered_t;
    static data_T lines[covered_t::height][CONFIG_T::walk_columns][CONFIG_T::n_channels];
    HLS_PRAGMA(ARRAY_PARTITION variable=lines complete dim=1)
    HLS_PRAGMA(ARRAY_PARTITION variable=lines complete dim=3)
    static data_T under[covered_t::height][covered_t::width][CONFIG_T::n_channels];
    HLS_PRAGMA(ARRAY_PARTITION variable=under complete dim=0)

    HLS_LABEL(WalkRows)
    for (unsigned row = 0; row < CONFIG_T::walk_rows; row++) {
        HLS_LABEL(WalkColumns)
        for (unsigned column = 0; column < CONFIG_T::walk_columns; column++)
            window_step<data_T, res_T, CONFIG_T>(row, column, data, res, lines, under, arrays...);
    }
}

} // namespace nnet

#endif
