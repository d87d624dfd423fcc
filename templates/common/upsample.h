#ifndef NNET_UPSAMPLE_H_
#define NNET_UPSAMPLE_H_

#include "platform.h"

namespace nnet {

// Every position as a rectangle of factor_rows by factor_columns copies. Wires, no arithmetic.
template <class data_T, class res_T, typename CONFIG_T>
void upsample(const data_T data[CONFIG_T::n_rows * CONFIG_T::n_columns * CONFIG_T::n_channels],
              res_T res[CONFIG_T::n_rows * CONFIG_T::factor_rows * CONFIG_T::n_columns * CONFIG_T::factor_columns *
                        CONFIG_T::n_channels]) {
    HLS_PRAGMA(PIPELINE II=1)
    static const unsigned out_columns = CONFIG_T::n_columns * CONFIG_T::factor_columns;
    for (unsigned row = 0; row < CONFIG_T::n_rows * CONFIG_T::factor_rows; row++) {
        HLS_PRAGMA(UNROLL)
        for (unsigned column = 0; column < out_columns; column++) {
            HLS_PRAGMA(UNROLL)
            const unsigned position =
                row / CONFIG_T::factor_rows * CONFIG_T::n_columns + column / CONFIG_T::factor_columns;
            for (unsigned c = 0; c < CONFIG_T::n_channels; c++) {
                HLS_PRAGMA(UNROLL)
                res[(row * out_columns + column) * CONFIG_T::n_channels + c] = data[position * CONFIG_T::n_channels + c];
            }
        }
    }
}

} // namespace nnet

#endif
