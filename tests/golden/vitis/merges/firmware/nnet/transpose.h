#ifndef NNET_TRANSPOSE_H_
#define NNET_TRANSPOSE_H_

#include "platform.h"

namespace nnet {

// The elements in another order: n_0 to n_3 are the dimensions of the result, stride_0 to stride_3 the steps in the input
// that go with them. Wires, no arithmetic.
template <class data_T, class res_T, typename CONFIG_T>
void transpose(const data_T data[CONFIG_T::n_0 * CONFIG_T::n_1 * CONFIG_T::n_2 * CONFIG_T::n_3],
               res_T res[CONFIG_T::n_0 * CONFIG_T::n_1 * CONFIG_T::n_2 * CONFIG_T::n_3]) {
    HLS_PRAGMA(PIPELINE II=1)
    for (unsigned i0 = 0; i0 < CONFIG_T::n_0; i0++) {
        HLS_PRAGMA(UNROLL)
        for (unsigned i1 = 0; i1 < CONFIG_T::n_1; i1++) {
            HLS_PRAGMA(UNROLL)
            for (unsigned i2 = 0; i2 < CONFIG_T::n_2; i2++) {
                HLS_PRAGMA(UNROLL)
                for (unsigned i3 = 0; i3 < CONFIG_T::n_3; i3++) {
                    HLS_PRAGMA(UNROLL)
                    res[((i0 * CONFIG_T::n_1 + i1) * CONFIG_T::n_2 + i2) * CONFIG_T::n_3 + i3] =
                        data[i0 * CONFIG_T::stride_0 + i1 * CONFIG_T::stride_1 + i2 * CONFIG_T::stride_2 +
                             i3 * CONFIG_T::stride_3];
                }
            }
        }
    }
}

} // namespace nnet

#endif
