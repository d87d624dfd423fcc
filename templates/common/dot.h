#ifndef NNET_DOT_H_
#define NNET_DOT_H_

#include "platform.h"

namespace nnet {

// res[row] = the sum of a[row][i] * b[row][i] over the n_in elements of a row. res_T holds it and keeps every product bit,
// so partial sums may wrap.
template <class res_T, typename CONFIG_T, class a_T, class b_T>
void dot(res_T res[CONFIG_T::n_outer], const a_T a[CONFIG_T::n_outer * CONFIG_T::n_in],
         const b_T b[CONFIG_T::n_outer * CONFIG_T::n_in]) {
    HLS_PRAGMA(PIPELINE II=1)
    for (unsigned row = 0; row < CONFIG_T::n_outer; row++) {
        HLS_PRAGMA(UNROLL)
        res_T sum = 0;
        for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
            HLS_PRAGMA(UNROLL)
            sum += a[row * CONFIG_T::n_in + i] * b[row * CONFIG_T::n_in + i];
        }
        res[row] = sum;
    }
}

} // namespace nnet

#endif
