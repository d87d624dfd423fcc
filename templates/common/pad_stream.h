#ifndef NNET_PAD_STREAM_H_
#define NNET_PAD_STREAM_H_

#include "stream.h"

namespace nnet {

// As pad, one position after the other; nothing is kept.
template <class data_T, class res_T, typename CONFIG_T, unsigned IN, unsigned OUT>
void pad_stream(hls::stream<array<data_T, IN> > &data, hls::stream<array<res_T, OUT> > &res) {
    static const int before_rows = CONFIG_T::before_rows;
    static const int before_columns = CONFIG_T::before_columns;
    static const int padded_rows = before_rows > 0 ? before_rows : 0;
    static const int padded_columns = before_columns > 0 ? before_columns : 0;

    HLS_LABEL(WalkRows)
    for (unsigned row = 0; row < CONFIG_T::walk_rows; row++) {
        HLS_LABEL(WalkColumns)
        for (unsigned column = 0; column < CONFIG_T::walk_columns; column++) {
            HLS_PRAGMA(PIPELINE II=1)
            // The place among the positions that are read, and among those that are written.
            const int y = int(row) - padded_rows;
            const int x = int(column) - padded_columns;
            const int down = y + before_rows;
            const int along = x + before_columns;
            data_T position[CONFIG_T::n_channels];
            HLS_PRAGMA(ARRAY_PARTITION variable=position complete)
            if (y >= 0 && y < int(CONFIG_T::n_rows) && x >= 0 && x < int(CONFIG_T::n_columns)) {
                read_stream<CONFIG_T::n_channels / IN>(data, position);
            } else {
                HLS_LABEL(Padding)
                for (unsigned c = 0; c < CONFIG_T::n_channels; c++) {
                    HLS_PRAGMA(UNROLL)
                    position[c] = 0;
                }
            }
            if (down >= 0 && down < int(CONFIG_T::out_rows) && along >= 0 && along < int(CONFIG_T::out_columns)) {
                res_T result[CONFIG_T::n_channels];
                HLS_PRAGMA(ARRAY_PARTITION variable=result complete)
                HLS_LABEL(Result)
                for (unsigned c = 0; c < CONFIG_T::n_channels; c++) {
                    HLS_PRAGMA(UNROLL)
                    result[c] = position[c];
                }
                write_stream<CONFIG_T::n_channels / OUT>(result, res);
            }
        }
    }
}

} // namespace nnet

#endif
