#include "merges.h"
#include "parameters.h"

void merges(
    input_t input_data[12],
    dot_t dot_out[6],
    row_t row_out[8],
    first_t first_out[4]
) {
    HLS_PRAGMA(ARRAY_RESHAPE variable=input_data complete dim=0)
    HLS_PRAGMA(INTERFACE ap_vld port=input_data)
    HLS_PRAGMA(ARRAY_PARTITION variable=dot_out complete dim=0)
    HLS_PRAGMA(INTERFACE ap_vld port=dot_out)
    HLS_PRAGMA(ARRAY_PARTITION variable=row_out complete dim=0)
    HLS_PRAGMA(INTERFACE ap_vld port=row_out)
    HLS_PRAGMA(ARRAY_PARTITION variable=first_out complete dim=0)
    HLS_PRAGMA(INTERFACE ap_vld port=first_out)
    HLS_PRAGMA(PIPELINE II=1)

    coarse_t coarse_out[12];
    HLS_PRAGMA(ARRAY_PARTITION variable=coarse_out complete dim=0)

    fine_t fine_out[12];
    HLS_PRAGMA(ARRAY_PARTITION variable=fine_out complete dim=0)

    difference_t difference_out[12];
    HLS_PRAGMA(ARRAY_PARTITION variable=difference_out complete dim=0)

    product_t product_out[12];
    HLS_PRAGMA(ARRAY_PARTITION variable=product_out complete dim=0)

    mean_t mean_out[12];
    HLS_PRAGMA(ARRAY_PARTITION variable=mean_out complete dim=0)

    half_t half_out[12];
    HLS_PRAGMA(ARRAY_PARTITION variable=half_out complete dim=0)

    sixth_t sixth_out[12];
    HLS_PRAGMA(ARRAY_PARTITION variable=sixth_out complete dim=0)

    largest_t largest_out[12];
    HLS_PRAGMA(ARRAY_PARTITION variable=largest_out complete dim=0)

    smallest_t smallest_out[12];
    HLS_PRAGMA(ARRAY_PARTITION variable=smallest_out complete dim=0)

    order_t order_out[12];
    HLS_PRAGMA(ARRAY_PARTITION variable=order_out complete dim=0)

    middle_t middle_local[8];
    HLS_PRAGMA(ARRAY_PARTITION variable=middle_local complete dim=0)

    // coarse: quantize, [2, 3, 2] to [2, 3, 2]
    nnet::quantize<input_t, coarse_t, config_coarse>(input_data, coarse_out);

    // fine: relu, [2, 3, 2] to [2, 3, 2]
    nnet::relu<input_t, fine_t, config_fine>(input_data, fine_out);

    // difference: subtract, [2, 3, 2] and [2, 3, 2] to [2, 3, 2]
    nnet::subtract<difference_t, config_difference>(difference_out, fine_out, coarse_out);

    // product: multiply, [2, 3, 2] and [2, 3, 2] and [2, 3, 2] to [2, 3, 2]
    nnet::multiply<product_t, config_product>(product_out, coarse_out, fine_out, difference_out);

    // mean: average, [2, 3, 2] and [2, 3, 2] and [2, 3, 2] to [2, 3, 2]
    nnet::average<mean_t, config_mean>(mean_out, coarse_out, fine_out, difference_out);

    // half: average, [2, 3, 2] and [2, 3, 2] to [2, 3, 2]
    nnet::average<half_t, config_half>(half_out, coarse_out, fine_out);

    // sixth: average, [2, 3, 2] and [2, 3, 2] and [2, 3, 2] and [2, 3, 2] and [2, 3, 2] and [2, 3, 2] to [2, 3, 2]
    nnet::average<sixth_t, config_sixth>(sixth_out, mean_out, half_out, coarse_out, fine_out, difference_out, input_data);

    // largest: maximum, [2, 3, 2] and [2, 3, 2] and [2, 3, 2] to [2, 3, 2]
    nnet::maximum<largest_t, config_largest>(largest_out, mean_out, fine_out, half_out);

    // smallest: minimum, [2, 3, 2] and [2, 3, 2] to [2, 3, 2]
    nnet::minimum<smallest_t, config_smallest>(smallest_out, sixth_out, largest_out);

    // dot: dot, [2, 3, 2] and [2, 3, 2] to [2, 3, 1]
    nnet::dot<dot_t, config_dot>(dot_out, product_out, smallest_out);

    // order: transpose, [2, 3, 2] to [2, 2, 3]
    nnet::transpose<smallest_t, order_t, config_order>(smallest_out, order_out);

    // middle: slice, [2, 2, 3] to [2, 2, 2]
    nnet::slice<order_t, middle_t, config_middle>(order_out, middle_local);

    // middle: a copy for each reader
    nnet::copy<8>(middle_local, row_out);

    // first: slice, [4, 2] to [2, 2]
    nnet::slice<row_t, first_t, config_first>(middle_local, first_out);
}
