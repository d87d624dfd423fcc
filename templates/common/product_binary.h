#ifndef NNET_PRODUCT_BINARY_H_
#define NNET_PRODUCT_BINARY_H_

#include "product.h"

namespace nnet {

// Weights of one magnitude: a stored 1 adds the input, a 0 subtracts it.
struct product_binary : sum_from_bias {
    template <typename CONFIG_T, class data_T>
    static void add(typename CONFIG_T::accum_t &sum, const data_T &x,
                    typename raw<typename CONFIG_T::weight_t>::type weight) {
        HLS_PRAGMA(INLINE)
        const typename in_units<data_T, CONFIG_T>::type value =
            from_raw<typename in_units<data_T, CONFIG_T>::type>(to_raw(x));
        if (weight != 0)
            sum += value;
        else
            sum -= value;
    }
};

} // namespace nnet

#endif
