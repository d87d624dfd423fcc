#ifndef NNET_UPSAMPLE_STREAM_H_
#define NNET_UPSAMPLE_STREAM_H_

#include "stream.h"

namespace nnet {

// As upsample, one position after the other: a row is kept as long as its copies are written.
template <class data_T, class res_T, typename CONFIG_T, unsigned IN, unsigned OUT>
void upsample_stream(hls::stream<array<data_T, IN> > &data, hls::stream<array<res_T, OUT> > &res) {
    static data_T line[CONFIG_T::n_columns][CONFIG_T::n_channels];
    HLS_PRAGMA(ARRAY_PARTITION variable=line complete dim=2)
    static data_T position[CONFIG_T::n_channels];
    HLS_PRAGMA(ARRAY_PARTITION variable=position complete)

    HLS_LABEL(WalkRows)
    for (unsigned row = 0; row < CONFIG_T::n_rows * CONFIG_T::factor_rows; row++) {
        HLS_LABEL(WalkColumns)
        for (unsigned column = 0; column < CONFIG_T::n_columns * CONFIG_T::factor_columns; column++) {
            HLS_PRAGMA(PIPELINE II=1)
            // A column is written in one row and read in later ones.
            HLS_PRAGMA(DEPENDENCE variable=line inter false)
            const bool starts = column % CONFIG_T::factor_columns == 0;
            const bool comes = starts && row % CONFIG_T::factor_rows == 0;
            if (comes)
                read_stream<CONFIG_T::n_channels / IN>(data, position);
            res_T result[CONFIG_T::n_channels];
            HLS_PRAGMA(ARRAY_PARTITION variable=result complete)
            HLS_LABEL(Keep)
            for (unsigned c = 0; c < CONFIG_T::n_channels; c++) {
                HLS_PRAGMA(UNROLL)
                if (comes)
                    line[column / CONFIG_T::factor_columns][c] = position[c];
                else if (starts)
                    position[c] = line[column / CONFIG_T::factor_columns][c];
                result[c] = position[c];
            }
            write_stream<CONFIG_T::n_channels / OUT>(result, res);
        }
    }
}

} // namespace nnet

#endif
