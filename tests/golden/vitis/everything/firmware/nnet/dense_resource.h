#ifndef NNET_DENSE_RESOURCE_H_
#define NNET_DENSE_RESOURCE_H_

#include "platform.h"

namespace nnet {

// The products of one turn. Every multiplier (lane) owns reuse_factor consecutive weights of the matrix
// [n_out][n_in]: a part of one output's row, or, where the reuse factor is larger than n_in, several whole rows.
template <typename CONFIG_T, bool WHOLE_ROWS> struct resource_turn;

template <typename CONFIG_T> struct resource_turn<CONFIG_T, false> {
    static const unsigned lanes_per_output = CONFIG_T::n_in / CONFIG_T::reuse_factor;

    template <class data_T, class weight_T>
    static void run(unsigned turn, const data_T data[CONFIG_T::n_in], const weight_T weight[],
                    typename CONFIG_T::accum_t acc[CONFIG_T::n_out]) {
        HLS_PRAGMA(INLINE)
        HLS_LABEL(Lanes)
        for (unsigned lane = 0; lane < CONFIG_T::lanes; lane++) {
            HLS_PRAGMA(UNROLL)
            acc[lane / lanes_per_output] +=
                data[lane % lanes_per_output * CONFIG_T::reuse_factor + turn] *
                from_raw<typename CONFIG_T::weight_t>(weight[lane * CONFIG_T::reuse_factor + turn]);
        }
    }
};

template <typename CONFIG_T> struct resource_turn<CONFIG_T, true> {
    static const unsigned outputs_per_lane = CONFIG_T::reuse_factor / CONFIG_T::n_in;

    template <class data_T, class weight_T>
    static void run(unsigned turn, const data_T data[CONFIG_T::n_in], const weight_T weight[],
                    typename CONFIG_T::accum_t acc[CONFIG_T::n_out]) {
        HLS_PRAGMA(INLINE)
        const unsigned row = turn / CONFIG_T::n_in;
        const unsigned input = turn % CONFIG_T::n_in;
        HLS_LABEL(Lanes)
        for (unsigned lane = 0; lane < CONFIG_T::lanes; lane++) {
            HLS_PRAGMA(UNROLL)
            acc[lane * outputs_per_lane + row] +=
                data[input] * from_raw<typename CONFIG_T::weight_t>(weight[lane * CONFIG_T::reuse_factor + turn]);
        }
    }
};

// res[j] = bias[j] + sum over i of data[i] * weight[j][i], in reuse_factor turns. The weights are a memory of
// reuse_factor words: word t holds what every lane needs in turn t.
template <class data_T, class res_T, typename CONFIG_T>
void dense_resource(const data_T data[CONFIG_T::n_in], res_T res[CONFIG_T::n_out],
                    const typename raw<typename CONFIG_T::weight_t>::type weight[CONFIG_T::n_in * CONFIG_T::n_out],
                    const typename raw<typename CONFIG_T::bias_t>::type bias[CONFIG_T::n_out]) {
    HLS_PRAGMA(FUNCTION_INSTANTIATE variable=weight,bias)
    HLS_PRAGMA(ARRAY_RESHAPE variable=weight block factor=CONFIG_T::lanes)
    HLS_PRAGMA(ARRAY_PARTITION variable=bias complete)

    typename CONFIG_T::accum_t acc[CONFIG_T::n_out];
    HLS_PRAGMA(ARRAY_PARTITION variable=acc complete)

    HLS_LABEL(Start)
    for (unsigned j = 0; j < CONFIG_T::n_out; j++) {
        HLS_PRAGMA(UNROLL)
        acc[j] = from_raw<typename CONFIG_T::bias_t>(bias[j]);
    }
    HLS_LABEL(Turns)
    for (unsigned turn = 0; turn < CONFIG_T::reuse_factor; turn++) {
        HLS_PRAGMA(PIPELINE II=1)
        resource_turn<CONFIG_T, (CONFIG_T::reuse_factor > CONFIG_T::n_in)>::run(turn, data, weight, acc);
    }
    HLS_LABEL(Result)
    for (unsigned j = 0; j < CONFIG_T::n_out; j++) {
        HLS_PRAGMA(UNROLL)
        res[j] = acc[j];
    }
}

} // namespace nnet

#endif
