#ifndef WEIGHTS_WEIGHT_FC2_H_
#define WEIGHTS_WEIGHT_FC2_H_

#include "../nnet/platform.h"

// 6 x 6 mantissas of fixed<6,1>, 11 of them zero; value = mantissa * 2^-5.
static const nnet::signed_raw<6>::type weight_fc2[36] = {
0, 22, 0, -20, -10, -5, 0, 3, 17, -27, -4, -5, 13, -18, 25, 0, 0, 30, 0, 0, 1, 0, 0, -22, -22, 7, -2, -12, -7, 13, -2, 20,
-31, 0, -16, 0,
};

#endif
