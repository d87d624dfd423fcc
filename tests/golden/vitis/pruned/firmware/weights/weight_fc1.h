#ifndef WEIGHTS_WEIGHT_FC1_H_
#define WEIGHTS_WEIGHT_FC1_H_

#include "../nnet/platform.h"

// 3 x 3 mantissas of fixed<5,0>, 5 of them zero; value = mantissa * 2^-5.
static const nnet::signed_raw<5>::type weight_fc1[9] = {
0, 0, 1, 15, 0, -16, 0, -9, 0,
};

#endif
