#ifndef NNET_PRODUCT_XNOR_H_
#define NNET_PRODUCT_XNOR_H_

#include "product.h"

namespace nnet {

// Weights and inputs of one magnitude, a bit each: a product is positive where the bits agree (XNOR). The agreements of
// an output are counted; its sum is twice their number less the number of inputs.
struct product_xnor {
    template <typename CONFIG_T> struct sum {
        typedef typename CONFIG_T::count_t type;
    };

    template <typename CONFIG_T> static typename CONFIG_T::count_t start(const typename CONFIG_T::bias_t &) {
        HLS_PRAGMA(INLINE)
        return 0;
    }

    template <typename CONFIG_T, class data_T>
    static void add(typename CONFIG_T::count_t &sum, const data_T &x,
                    typename raw<typename CONFIG_T::weight_t>::type weight) {
        HLS_PRAGMA(INLINE)
        const ap_uint<1> negative = x.range(fixed_traits<data_T>::width - 1, fixed_traits<data_T>::width - 1);
        const ap_uint<1> positive = weight;
        // The input's sign bit is 1 below zero, so agreement is a difference of both bits.
        const ap_uint<1> agrees = negative ^ positive;
        sum += from_raw<ap_ufixed<1, 1> >(agrees);
    }

    template <typename CONFIG_T>
    static typename CONFIG_T::accum_t finish(const typename CONFIG_T::count_t &sum,
                                             const typename CONFIG_T::bias_t &bias, unsigned) {
        HLS_PRAGMA(INLINE)
        typename fixed_traits<typename CONFIG_T::dot_t>::mantissa dot = to_raw(sum);
        dot <<= 1;
        dot -= CONFIG_T::n_in;
        typename CONFIG_T::accum_t result = bias;
        result += from_raw<typename CONFIG_T::dot_t>(dot);
        return result;
    }
};

} // namespace nnet

#endif
