#ifndef WEIGHTS_WEIGHT_FC1_H_
#define WEIGHTS_WEIGHT_FC1_H_

#include "../nnet/platform.h"

// 16 x 6 mantissas of fixed<6,1>, 35 of them zero; value = mantissa * 2^-5.
static const nnet::signed_raw<6>::type weight_fc1[96] = {
-10, 0, 0, 0, 0, 0, -6, 22, 0, 26, 27, 0, 0, 0, 26, 0, 0, -1, 0, 21, 0, 0, -2, 2, 0, 0, 4, 0, -15, 0, -1, 0,
-4, -27, -18, -6, -22, 0, -4, -3, 31, 0, -22, 0, 0, -10, 0, -27, 15, 2, 10, 8, 28, -30, 0, 8, -10, 19, 23, -26, 0, -10, 0, 0,
7, -1, 0, 24, 2, 7, 0, 0, 17, 12, 0, -28, 9, -26, 15, -27, -31, 11, 23, 0, -14, 17, 24, 19, 24, 30, -10, 0, 31, 0, -31, 2,
};

#endif
