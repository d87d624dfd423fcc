#ifndef WEIGHTS_WEIGHT_FC2_H_
#define WEIGHTS_WEIGHT_FC2_H_

#include "../nnet/platform.h"

// 12 x 3 mantissas of fixed<6,1>, 11 of them zero; value = mantissa * 2^-5.
static const nnet::signed_raw<6>::type weight_fc2[36] = {
0, 0, -10, 22, -20, -5, 0, 17, -4, 3, -27, -5, 13, 25, 0, -18, 0, 30, 0, 1, 0, 0, 0, -22, -22, -2, -7, 7, -12, 13, -2, -31,
-16, 20, 0, 0,
};

#endif
