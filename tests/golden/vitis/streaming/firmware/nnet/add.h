#ifndef NNET_ADD_H_
#define NNET_ADD_H_

#include "platform.h"

namespace nnet {

// res[i] = the exact sum of all data[i], then rounded and limited as res_T says.
template <class res_T, typename CONFIG_T, class... data_T> void add(res_T res[CONFIG_T::n_in], const data_T *...data) {
    HLS_PRAGMA(PIPELINE II=1)
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        HLS_PRAGMA(UNROLL)
        res[i] = assign<res_T>(exact_sum<typename CONFIG_T::sum_t>(data[i]...));
    }
}

} // namespace nnet

#endif
