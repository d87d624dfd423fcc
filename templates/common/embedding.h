#ifndef NNET_EMBEDDING_H_
#define NNET_EMBEDDING_H_

#include "platform.h"

namespace nnet {

// The vector of the table that each element selects; the whole table in registers, all elements at once.
template <class data_T, class res_T, typename CONFIG_T>
void embedding(const data_T data[CONFIG_T::n_in], res_T res[CONFIG_T::n_in * CONFIG_T::n_out],
               const typename raw<typename CONFIG_T::weight_t>::type weight[CONFIG_T::vocabulary * CONFIG_T::n_out]) {
    HLS_PRAGMA(FUNCTION_INSTANTIATE variable=weight)
    HLS_PRAGMA(PIPELINE II=1)
    HLS_PRAGMA(ARRAY_PARTITION variable=weight complete)
    for (unsigned i = 0; i < CONFIG_T::n_in; i++) {
        HLS_PRAGMA(UNROLL)
        const unsigned index = to_raw(data[i]);
        for (unsigned j = 0; j < CONFIG_T::n_out; j++) {
            HLS_PRAGMA(UNROLL)
            res[i * CONFIG_T::n_out + j] =
                from_raw<typename CONFIG_T::weight_t>(weight[index * CONFIG_T::n_out + j]);
        }
    }
}

} // namespace nnet

#endif
