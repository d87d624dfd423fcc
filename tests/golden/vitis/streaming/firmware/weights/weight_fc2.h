#ifndef WEIGHTS_WEIGHT_FC2_H_
#define WEIGHTS_WEIGHT_FC2_H_

#include "../nnet/platform.h"

// 12 x 4 mantissas of fixed<4,1>, 21 of them zero; value = mantissa * 2^-3.
static const nnet::signed_raw<4>::type weight_fc2[48] = {
-3, 0, 0, -5, -7, 0, 0, 0, -2, 0, -7, -3, 0, 0, 0, 0, 3, -3, -4, 0, 5, 0, -2, -3, -4, -2, 4, 0, 0, 0, 0, -3,
0, 0, 0, -1, -3, -5, 0, -2, -6, 2, -1, 6, 6, 0, -1, -7,
};

#endif
