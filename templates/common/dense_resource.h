#ifndef NNET_DENSE_RESOURCE_H_
#define NNET_DENSE_RESOURCE_H_

#include "platform.h"

namespace nnet {

// res[j] = bias[j] + sum over i of data[i] * weight[j][i], in reuse_factor turns; CONFIG_T::product forms the products.
//
// Every multiplier (lane) owns reuse_factor consecutive weights of the matrix [n_out][n_in]: a part of one output's
// row, or, where the reuse factor is larger than n_in, several whole rows. The weights are a memory of reuse_factor
// words: word t holds what every lane needs in turn t.
template <class data_T, class res_T, typename CONFIG_T>
void dense_resource(const data_T data[CONFIG_T::n_in], res_T res[CONFIG_T::n_out],
                    const typename raw<typename CONFIG_T::weight_t>::type weight[CONFIG_T::n_in * CONFIG_T::n_out],
                    const typename raw<typename CONFIG_T::bias_t>::type bias[CONFIG_T::n_out]) {
    HLS_PRAGMA(FUNCTION_INSTANTIATE variable=weight,bias)
    HLS_PRAGMA(ARRAY_RESHAPE variable=weight block factor=CONFIG_T::lanes)
    HLS_PRAGMA(ARRAY_PARTITION variable=bias complete)

    static const bool whole_rows = CONFIG_T::reuse_factor > CONFIG_T::n_in;
    static const unsigned lanes_per_output = whole_rows ? 1 : CONFIG_T::n_in / CONFIG_T::reuse_factor;
    static const unsigned outputs_per_lane = whole_rows ? CONFIG_T::reuse_factor / CONFIG_T::n_in : 1;

    typedef typename CONFIG_T::product product;
    typename product::template sum<CONFIG_T>::type acc[CONFIG_T::n_out];
    HLS_PRAGMA(ARRAY_PARTITION variable=acc complete)

    HLS_LABEL(Start)
    for (unsigned j = 0; j < CONFIG_T::n_out; j++) {
        HLS_PRAGMA(UNROLL)
        acc[j] = product::template start<CONFIG_T>(from_raw<typename CONFIG_T::bias_t>(bias[j]));
    }

    // Counters instead of the turn's quotient and remainder: a divider costs more than a multiplier.
    unsigned row = 0;
    unsigned input = 0;
    HLS_LABEL(Turns)
    for (unsigned turn = 0; turn < CONFIG_T::reuse_factor; turn++) {
        HLS_PRAGMA(PIPELINE II=1)
        HLS_LABEL(Lanes)
        for (unsigned lane = 0; lane < CONFIG_T::lanes; lane++) {
            HLS_PRAGMA(UNROLL)
            const unsigned i = lane % lanes_per_output * CONFIG_T::reuse_factor + input;
            const unsigned j = lane / lanes_per_output * outputs_per_lane + (whole_rows ? row : 0);
            product::template add<CONFIG_T>(acc[j], data[i], weight[lane * CONFIG_T::reuse_factor + turn]);
        }
        input++;
        if (input == CONFIG_T::n_in) {
            input = 0;
            row++;
        }
    }

    HLS_LABEL(Result)
    for (unsigned j = 0; j < CONFIG_T::n_out; j++) {
        HLS_PRAGMA(UNROLL)
        res[j] = product::template finish<CONFIG_T>(acc[j], from_raw<typename CONFIG_T::bias_t>(bias[j]), j);
    }
}

} // namespace nnet

#endif
