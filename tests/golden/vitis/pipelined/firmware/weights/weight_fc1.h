#ifndef WEIGHTS_WEIGHT_FC1_H_
#define WEIGHTS_WEIGHT_FC1_H_

#include "../nnet/platform.h"

// 6 x 4 mantissas of fixed<4,1>, 9 of them zero; value = mantissa * 2^-3.
static const nnet::signed_raw<4>::type weight_fc1[24] = {
4, 0, 0, 0, -1, 3, 0, -2, 0, 2, 0, -6, -6, -6, 0, 2, 0, 5, 6, -1, 0, -2, 4, 2,
};

#endif
