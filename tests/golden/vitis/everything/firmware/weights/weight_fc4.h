#ifndef WEIGHTS_WEIGHT_FC4_H_
#define WEIGHTS_WEIGHT_FC4_H_

#include "../nnet/platform.h"

// 2 x 12 mantissas of fixed<6,1>, 9 of them zero; value = mantissa * 2^-5.
static const nnet::signed_raw<6>::type weight_fc4[24] = {
0, 0, 0, 24, 18, 0, -25, -23, 0, 0, 16, 23, -21, 0, -14, -15, 11, -32, -10, 0, -31, 27, 0, 19,
};

#endif
