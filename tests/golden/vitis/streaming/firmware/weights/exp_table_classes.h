#ifndef WEIGHTS_EXP_TABLE_CLASSES_H_
#define WEIGHTS_EXP_TABLE_CLASSES_H_

#include "../nnet/platform.h"

// 64 mantissas of ufixed<10,1>, 8 of them zero; value = mantissa * 2^-9.
static const nnet::unsigned_raw<10>::type exp_table_classes[64] = {
512, 452, 399, 352, 311, 274, 242, 213, 188, 166, 147, 129, 114, 101, 89, 79, 69, 61, 54, 48, 42, 37, 33, 29, 25, 22, 20, 18, 15, 14, 12, 11,
9, 8, 7, 6, 6, 5, 4, 4, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0,
};

#endif
