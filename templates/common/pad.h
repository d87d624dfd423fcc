#ifndef NNET_PAD_H_
#define NNET_PAD_H_

#include "platform.h"

namespace nnet {

// Zeros around the positions of a tensor, or positions cut off where `before` is negative. Wires, no arithmetic.
template <class data_T, class res_T, typename CONFIG_T>
void pad(const data_T data[CONFIG_T::n_rows * CONFIG_T::n_columns * CONFIG_T::n_channels],
         res_T res[CONFIG_T::out_rows * CONFIG_T::out_columns * CONFIG_T::n_channels]) {
    HLS_PRAGMA(PIPELINE II=1)
    for (unsigned row = 0; row < CONFIG_T::out_rows; row++) {
        HLS_PRAGMA(UNROLL)
        for (unsigned column = 0; column < CONFIG_T::out_columns; column++) {
            HLS_PRAGMA(UNROLL)
            const int y = int(row) - int(CONFIG_T::before_rows);
            const int x = int(column) - int(CONFIG_T::before_columns);
            const bool inside = y >= 0 && y < int(CONFIG_T::n_rows) && x >= 0 && x < int(CONFIG_T::n_columns);
            const unsigned position = inside ? unsigned(y) * CONFIG_T::n_columns + unsigned(x) : 0;
            for (unsigned c = 0; c < CONFIG_T::n_channels; c++) {
                HLS_PRAGMA(UNROLL)
                res_T value = 0;
                if (inside)
                    value = data[position * CONFIG_T::n_channels + c];
                res[(row * CONFIG_T::out_columns + column) * CONFIG_T::n_channels + c] = value;
            }
        }
    }
}

} // namespace nnet

#endif
