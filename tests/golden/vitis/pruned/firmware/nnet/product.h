#ifndef NNET_PRODUCT_H_
#define NNET_PRODUCT_H_

#include "platform.h"

namespace nnet {

// How a dense layer forms its sums is a policy, CONFIG_T::product: `sum` is the type of a sum under way, `start` its
// first value, `add` adds one product of an input and a stored weight, `finish` gives the output's sum.

// The integers of T, with EXTRA more bits, as numbers with FRACTION fractional bits.
template <class T, int EXTRA, int FRACTION> struct rescaled;

template <int W, int I, ap_q_mode Q, ap_o_mode O, int N, int EXTRA, int FRACTION>
struct rescaled<ap_fixed<W, I, Q, O, N>, EXTRA, FRACTION> {
    typedef ap_fixed<W + EXTRA, W + EXTRA - FRACTION> type;
};

template <int W, int I, ap_q_mode Q, ap_o_mode O, int N, int EXTRA, int FRACTION>
struct rescaled<ap_ufixed<W, I, Q, O, N>, EXTRA, FRACTION> {
    typedef ap_ufixed<W + EXTRA, W + EXTRA - FRACTION> type;
};

// An input in the unit of its products, that of the weights times its own, with EXTRA bits for a shift.
template <class data_T, typename CONFIG_T, int EXTRA = 0> struct in_units {
    typedef typename rescaled<data_T, EXTRA,
                              fixed_traits<data_T>::fraction + fixed_traits<typename CONFIG_T::weight_t>::fraction>::type
        type;
};

// Sums that begin with the bias and are the result.
struct sum_from_bias {
    template <typename CONFIG_T> struct sum {
        typedef typename CONFIG_T::accum_t type;
    };

    template <typename CONFIG_T> static typename CONFIG_T::accum_t start(const typename CONFIG_T::bias_t &bias) {
        HLS_PRAGMA(INLINE)
        return bias;
    }

    template <typename CONFIG_T>
    static typename CONFIG_T::accum_t finish(const typename CONFIG_T::accum_t &sum, const typename CONFIG_T::bias_t &,
                                             unsigned) {
        HLS_PRAGMA(INLINE)
        return sum;
    }
};

} // namespace nnet

#endif
