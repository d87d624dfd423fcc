#ifndef NNET_SUBTRACT_H_
#define NNET_SUBTRACT_H_

#include "platform.h"

namespace nnet {

// res[i] = a[i] - b[i], exact, then rounded and limited as res_T says.
template <class res_T, typename CONFIG_T, class a_T, class b_T>
void subtract(res_T res[CONFIG_T::n_in], const a_T a[CONFIG_T::n_in], const b_T b[CONFIG_T::n_in]) {
    HLS_PRAGMA(PIPELINE II=1)
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        HLS_PRAGMA(UNROLL)
        typename CONFIG_T::difference_t difference = a[i];
        difference -= b[i];
        res[i] = assign<res_T>(difference);
    }
}

} // namespace nnet

#endif
