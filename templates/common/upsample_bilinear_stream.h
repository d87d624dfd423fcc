#ifndef NNET_UPSAMPLE_BILINEAR_STREAM_H_
#define NNET_UPSAMPLE_BILINEAR_STREAM_H_

#include "stream.h"
#include "upsample_bilinear.h"

namespace nnet {

// As upsample_bilinear, one position after the other: the last two rows are kept, and of them the last two columns in
// registers. Results lag behind the input by half a rectangle; after its end both rows, or columns, are the last one.
template <class data_T, class res_T, typename CONFIG_T, unsigned IN, unsigned OUT>
void upsample_bilinear_stream(hls::stream<array<data_T, IN> > &data, hls::stream<array<res_T, OUT> > &res) {
    typedef blend<CONFIG_T::factor_rows> rows;
    typedef blend<CONFIG_T::factor_columns> columns;
    static data_T lines[2][CONFIG_T::n_columns][CONFIG_T::n_channels];
    HLS_PRAGMA(ARRAY_PARTITION variable=lines complete dim=1)
    HLS_PRAGMA(ARRAY_PARTITION variable=lines complete dim=3)
    static data_T left[2][CONFIG_T::n_channels];
    HLS_PRAGMA(ARRAY_PARTITION variable=left complete dim=0)
    static data_T right[2][CONFIG_T::n_channels];
    HLS_PRAGMA(ARRAY_PARTITION variable=right complete dim=0)

    HLS_LABEL(WalkRows)
    for (unsigned row = 0; row < CONFIG_T::n_rows * CONFIG_T::factor_rows + rows::delay; row++) {
        HLS_LABEL(WalkColumns)
        for (unsigned column = 0; column < CONFIG_T::n_columns * CONFIG_T::factor_columns + columns::delay; column++) {
            HLS_PRAGMA(PIPELINE II=1)
            // A column is written in one row and read in later ones.
            HLS_PRAGMA(DEPENDENCE variable=lines inter false)
            const unsigned y = row / CONFIG_T::factor_rows;
            const unsigned x = column / CONFIG_T::factor_columns;
            const bool next_row = row % CONFIG_T::factor_rows == 0;
            const bool next_column = column % CONFIG_T::factor_columns == 0;
            const bool inside = x < CONFIG_T::n_columns;
            const unsigned at = inside ? x : 0;

            data_T position[CONFIG_T::n_channels];
            HLS_PRAGMA(ARRAY_PARTITION variable=position complete)
            if (next_row && y < CONFIG_T::n_rows && next_column && inside) {
                read_stream<CONFIG_T::n_channels / IN>(data, position);
            } else {
                HLS_LABEL(Kept)
                for (unsigned c = 0; c < CONFIG_T::n_channels; c++) {
                    HLS_PRAGMA(UNROLL)
                    position[c] = lines[1][at][c];
                }
            }
            res_T result[CONFIG_T::n_channels];
            HLS_PRAGMA(ARRAY_PARTITION variable=result complete)
            HLS_LABEL(Move)
            for (unsigned c = 0; c < CONFIG_T::n_channels; c++) {
                HLS_PRAGMA(UNROLL)
                if (next_column) {
                    data_T above = lines[0][at][c];
                    if (next_row && inside) {
                        above = y > 0 ? lines[1][at][c] : position[c];
                        lines[0][at][c] = above;
                        lines[1][at][c] = position[c];
                    }
                    left[0][c] = right[0][c];
                    left[1][c] = right[1][c];
                    if (inside) {
                        right[0][c] = above;
                        right[1][c] = position[c];
                    }
                    if (x == 0) {
                        left[0][c] = above;
                        left[1][c] = position[c];
                    }
                }
                result[c] = blended<res_T, CONFIG_T>(row, column, left[0][c], right[0][c], left[1][c], right[1][c]);
            }
            if (row >= rows::delay && column >= columns::delay)
                write_stream<CONFIG_T::n_channels / OUT>(result, res);
        }
    }
}

} // namespace nnet

#endif
